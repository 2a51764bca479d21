using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Tools;

/// <summary>Numbers as people write them: <c>1,250.50</c>, <c>-$12</c>, <c>40%</c>, <c>twenty-five</c>, <c>a dozen</c>, <c>2.5 million</c>.</summary>
internal static partial class Numerals
{
    private static readonly char[] s_symbols = ['$', '€', '£', '¥', '%', ' '];

    /// <summary>Reads a number; an article alone is none, for it is far more often a mark or a letter.</summary>
    public static bool TryParse(string text, out decimal number) => TryParse(text, TryParseDigits, out number) || TryParseWords(text, out number);

    /// <summary>Reads how many there are of something: <c>a week</c> is one.</summary>
    public static bool TryParseAmount(string text, out decimal number)
    {
        if (!NumberWords.IsArticle(text.Trim()))
        {
            return TryParse(text, out number);
        }

        number = 1;
        return true;
    }

    /// <summary>Reads digits with a decimal comma and points between the thousands, such as <c>1.250,50</c>.</summary>
    public static bool TryParseDecimalComma(string text, out decimal number) => TryParse(text, TryParseCommaDigits, out number);

    /// <summary>A number in the shortest form, with a point and without separators.</summary>
    public static string Show(decimal number) => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    // Commas divide thousands and nothing else: read as a decimal comma or ignored, 3,50 would be a hundred times too large or small.
    internal static bool TryParseDigits(string text, out decimal number)
    {
        number = 0;
        return (!text.Contains(',', StringComparison.Ordinal) || Thousands().IsMatch(text))
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number);
    }

    private delegate bool Reading(string text, out decimal number);

    private static bool TryParseWords(string text, out decimal number) => TryParse(text, NumberWords.TryParse, out number);

    private static bool TryParseCommaDigits(string text, out decimal number) => TryParseDigits(Swapped(text), out number);

    private static string Swapped(string text) => string.Create(text.Length, text, static (swapped, original) =>
    {
        for (int at = 0; at < swapped.Length; at++)
        {
            swapped[at] = original[at] switch { ',' => '.', '.' => ',', char other => other };
        }
    });

    // The sign may stand before the currency or after it, and bookkeeping writes it last: -$4, $-4, 4-.
    private static bool TryParse(string text, Reading reading, out decimal number)
    {
        string plain = text.Trim().Replace('−', '-');
        bool before = IsSigned(plain);
        string unsigned = (before ? plain[1..] : plain).Trim(s_symbols);
        bool inside = !before && IsSigned(unsigned);
        string body = inside ? unsigned[1..].TrimStart(s_symbols) : unsigned;
        bool after = !before && !inside && body.Length > 1 && body[^1] == '-' && char.IsAsciiDigit(body[^2]);
        bool negative = after || (before && plain[0] == '-') || (inside && unsigned[0] == '-');
        bool read = reading(after ? body[..^1] : body, out number);
        number = negative ? -number : number;
        return read;
    }

    private static bool IsSigned(string text) => text.Length > 0 && text[0] is '-' or '+';

    [GeneratedRegex(@"^\d{1,3}(,\d{3})+(\.\d+)?$", RegexOptions.NonBacktracking)]
    private static partial Regex Thousands();
}
