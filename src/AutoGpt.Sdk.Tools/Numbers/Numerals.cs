using System.Globalization;

namespace AutoGpt.Sdk.Tools;

/// <summary>Numbers as people write them: <c>1,250.50</c>, <c>$12</c>, <c>40%</c>, <c>twenty-five</c>, <c>a dozen</c>.</summary>
internal static class Numerals
{
    private static readonly Dictionary<string, int> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["a"] = 1, ["an"] = 1, ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7,
        ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15,
        ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40,
        ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
    };

    public static bool TryParse(string text, out decimal number)
    {
        string trimmed = text.Trim().Trim('$', '€', '£', '¥', '%').Trim();
        if (decimal.TryParse(trimmed, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        return TryParseWords(trimmed, out number);
    }

    /// <summary>A number in the shortest form, with a point and without separators.</summary>
    public static string Show(decimal number) => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static bool TryParseWords(string text, out decimal number)
    {
        number = 0;
        string[] words = text.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        foreach (string word in words.Where(word => !word.Equals("and", StringComparison.OrdinalIgnoreCase)))
        {
            if (Words.TryGetValue(word, out int value))
            {
                number += value;
            }
            else if (word.Equals("hundred", StringComparison.OrdinalIgnoreCase))
            {
                number = Math.Max(number, 1) * 100;
            }
            else if (word.Equals("thousand", StringComparison.OrdinalIgnoreCase))
            {
                number = Math.Max(number, 1) * 1000;
            }
            else if (word.Equals("dozen", StringComparison.OrdinalIgnoreCase))
            {
                number = Math.Max(number, 1) * 12;
            }
            else
            {
                return false;
            }
        }

        return words.Length > 0;
    }
}
