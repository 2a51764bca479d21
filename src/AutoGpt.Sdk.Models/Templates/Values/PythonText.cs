using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>How Python writes values as text: <c>str</c> and <c>repr</c>. Models were trained on what it wrote.</summary>
internal static class PythonText
{
    /// <summary>Python's <c>str</c>.</summary>
    public static TextValue Of(TemplateValue value, RenderBudget budget) => value switch
    {
        TextValue text => text,
        UndefinedValue => TextValue.Empty,
        _ => Written(value, budget),
    };

    /// <summary>A double as Python's <c>repr</c> has it: the shortest digits that read back, fixed from 1e-4 to below 1e16.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (int precision = 0; precision < 17; precision++)
        {
            string candidate = value.ToString("E" + precision, CultureInfo.InvariantCulture);
            if (double.Parse(candidate, CultureInfo.InvariantCulture) == value)
            {
                shortest = candidate;
                break;
            }
        }

        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        string sign = shortest[0] == '-' ? "-" : "";
        string digits = shortest[sign.Length..mark].Replace(".", "", StringComparison.Ordinal);
        int exponent = int.Parse(shortest.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return exponent < 0 ? sign + "0." + new string('0', -exponent - 1) + digits
            : digits.Length <= exponent + 1 ? sign + digits.PadRight(exponent + 1, '0') + ".0"
            : sign + digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    private static TextValue Written(TemplateValue value, RenderBudget budget)
    {
        MarkedTextBuilder builder = new(budget);
        Represent(value, builder, budget);
        return builder.ToValue();
    }

    private static void Represent(TemplateValue value, MarkedTextBuilder builder, RenderBudget budget)
    {
        budget.EnterValue();
        switch (value)
        {
            case TextValue text:
                Quote(text, builder);
                break;
            case NoneValue:
                builder.Trusted("None");
                break;
            case UndefinedValue:
                builder.Trusted("Undefined");
                break;
            case BooleanValue boolean:
                builder.Trusted(boolean.Value ? "True" : "False");
                break;
            case IntegerValue integer:
                builder.Trusted(integer.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case FloatValue number:
                builder.Trusted(Of(number.Value));
                break;
            case ListValue { HasPositions: true } list:
                bool isTuple = list.Kind == ListKind.Tuple;
                builder.Trusted(isTuple ? "(" : "[");
                for (int i = 0; i < list.Items.Count; i++)
                {
                    builder.Trusted(i > 0 ? ", " : "");
                    Represent(list.Items[i], builder, budget);
                }

                builder.Trusted(!isTuple ? "]" : list.Items.Count == 1 ? ",)" : ")");
                break;
            case MappingValue mapping:
                builder.Trusted("{");
                for (int i = 0; i < mapping.Entries.Count; i++)
                {
                    builder.Trusted(i > 0 ? ", " : "");
                    Represent(mapping.Entries[i].Key, builder, budget);
                    builder.Trusted(": ");
                    Represent(mapping.Entries[i].Value, builder, budget);
                }

                builder.Trusted("}");
                break;
            default:
                throw new TemplateFaultException($"a {value.TypeName} cannot be written as text.");
        }

        budget.LeaveValue();
    }

    private static void Quote(TextValue value, MarkedTextBuilder builder)
    {
        char quote = value.Text.Contains('\'', StringComparison.Ordinal) && !value.Text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        builder.Trusted([quote]);
        for (int i = 0, length; i < value.Text.Length; i += length)
        {
            bool isRune = Rune.TryGetRuneAt(value.Text, i, out Rune rune);
            length = isRune ? rune.Utf16SequenceLength : 1;
            string? escaped = !isRune ? $"\\u{(int)value.Text[i]:x4}" : Escape(rune, quote);
            if (escaped is null)
            {
                builder.Append(value, i, length);
            }
            else
            {
                builder.Append(value.Slice(i, 1).With(escaped));
            }
        }

        builder.Trusted([quote]);
    }

    private static string? Escape(Rune rune, char quote) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\\' => "\\\\",
        int character when character == quote => "\\" + quote,
        < 0x20 or 0x7f => $"\\x{rune.Value:x2}",
        < 0x7f => null,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
            ? rune.Value <= 0xff ? $"\\x{rune.Value:x2}" : rune.Value <= 0xffff ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}"
            : null,
    };
}
