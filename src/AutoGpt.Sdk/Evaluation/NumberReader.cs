using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>Reads the number of a text.</summary>
internal sealed class NumberReader
{
    private readonly NumberFormat _format;
    private readonly Regex _number;

    public NumberReader(NumberFormat format)
    {
        if (format.DecimalSeparator == format.GroupSeparator || IsNoSeparator(format.DecimalSeparator) || (format.GroupSeparator is { } separator && IsNoSeparator(separator)))
        {
            throw new ArgumentException("The separators of a number format must differ from each other, from digits, letters and signs.", nameof(format));
        }

        _format = format;
        string point = Escape(format.DecimalSeparator), group = format.GroupSeparator is { } between ? Escape(between) : "";
        string grouped = group.Length > 0 ? $"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|" : "";
        string number = $"(?<sign>[-+\u2212]?)(?<whole>{grouped}[0-9]+|(?={point}[0-9]))(?:{point}(?<decimals>[0-9]*))?(?<exponent>[eE][-+]?[0-9]+)?";
        string separators = $"{point}{group}";

        // Taken whole or not at all: 1,25 is not 1, and 12th is not 12.
        _number = new Regex(
            format.AllowText ? $@"(?<![\p{{L}}\p{{N}}_]|[0-9][{separators}])(?:{number})(?![\p{{L}}\p{{N}}_]|[{separators}][0-9])" : $@"\A\s*(?:{number})\s*\z",
            RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1));
    }

    /// <returns>What is wrong; null when <paramref name="number"/> is the text's number.</returns>
    public string? Read(string text, out ReadNumber number)
    {
        number = default;
        Match match = _number.Match(text);
        if (!match.Success)
        {
            return "which is no number";
        }

        if (_format.AllowText && match.NextMatch().Success)
        {
            return "which holds several numbers";
        }

        string digits = match.Groups["whole"].Value;
        digits = _format.GroupSeparator is { } separator ? digits.Replace(separator.ToString(), "", StringComparison.Ordinal) : digits;
        string sign = match.Groups["sign"].Value is "-" or "\u2212" ? "-" : "";
        number = new ReadNumber($"{sign}{(digits.Length > 0 ? digits : "0")}.{match.Groups["decimals"].Value}0{match.Groups["exponent"].Value}");
        return number.IsFinite ? null : "which is too large for a number";
    }

    private static string Escape(char character) => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)character:x4}");

    private static bool IsNoSeparator(char character) => char.IsLetterOrDigit(character) || character is '-' or '+' or '\u2212' || char.IsControl(character);
}

/// <summary>A number that was read. Compared in decimals where that is exact: 0.4 differs from 0.3 by 0.1 and not by a bit more.</summary>
internal readonly struct ReadNumber
{
    private const decimal ExactBelow = 1e24m; // With room for four decimals, and for the difference of two.
    private readonly double _value;
    private readonly decimal? _exact;

    public ReadNumber(string digits)
    {
        _value = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        _exact = Exact(digits);
    }

    public bool IsFinite => double.IsFinite(_value);

    public bool IsWithin(double expected, double tolerance) => _exact is { } number && Exact(expected) is { } middle && Exact(tolerance) is { } width
        ? Math.Abs(number - middle) <= width
        : Math.Abs(_value - expected) <= tolerance;

    public bool IsBetween(double least, double most) => IsAtLeast(least) && (_exact is { } number && Exact(most) is { } bound ? number <= bound : _value <= most);

    private bool IsAtLeast(double least) => _exact is { } number && Exact(least) is { } bound ? number >= bound : _value >= least;

    // The shortest text that means this double is what was written in the program.
    private static decimal? Exact(double value) => double.IsFinite(value) ? Exact(value.ToString("R", CultureInfo.InvariantCulture)) : null;

    // Not where decimals would be rounded away.
    private static decimal? Exact(string digits) =>
        decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) && Math.Abs(value) < ExactBelow
        && (value != 0 || double.Parse(digits, CultureInfo.InvariantCulture) == 0) ? value : null;
}
