using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>C's <c>strftime</c> in the C locale.</summary>
internal static class DateFormat
{
    // A field, and .NET's format for it.
    private static readonly string[] s_fields =
    [
        "d dd", "m MM", "y yy", "Y yyyy", "H HH", "I hh", "M mm", "S ss", "f ffffff", "p tt", "a ddd", "A dddd", "b MMM", "h MMM", "B MMMM", "F yyyy-MM-dd", "T HH:mm:ss", "D MM/dd/yy", "R HH:mm",
    ];

    public static TextValue Format(TextValue pattern, DateTimeOffset time, RenderBudget budget)
    {
        string format = pattern.Text;
        MarkedTextBuilder text = new(budget);
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(pattern, i, 1);
                continue;
            }

            // glibc's hyphen: without leading zeros.
            bool isShort = ++i < format.Length && format[i] == '-';
            i += isShort ? 1 : 0;
            string field = i < format.Length ? Field(format[i], time) : throw new TemplateFaultException("a date's format ends with '%'.");
            text.Trusted(isShort && field.Length > 1 && field.All(char.IsAsciiDigit) ? field.TrimStart('0') is { Length: > 0 } shortened ? shortened : "0" : field);
        }

        return text.ToValue();
    }

    private static string Field(char field, DateTimeOffset time)
    {
        string? net = s_fields.FirstOrDefault(entry => entry[0] == field)?[2..];
        return net is not null ? time.ToString(net, CultureInfo.InvariantCulture) : field switch
        {
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'z' => time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal),
            '%' => "%",
            _ => throw new TemplateFaultException($"the date field '%{field}' is not supported."),
        };
    }
}
