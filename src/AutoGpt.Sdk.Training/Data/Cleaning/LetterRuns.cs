using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>The runs of one to three letters of a text; a space stands for whatever is between words.</summary>
internal static class LetterRuns
{
    public const int Longest = 3;
    private const int MaximumLength = 5000;

    /// <summary>Words in lower case, one space apart and around.</summary>
    public static string Letters(ReadOnlySpan<char> text)
    {
        StringBuilder letters = new(" ", Math.Min(text.Length, MaximumLength) + 2);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune) || System.Globalization.UnicodeCategory.NonSpacingMark == Rune.GetUnicodeCategory(rune) || System.Globalization.UnicodeCategory.SpacingCombiningMark == Rune.GetUnicodeCategory(rune))
            {
                letters.Append(Rune.ToLowerInvariant(rune));
            }
            else if (letters[^1] != ' ')
            {
                letters.Append(' ');
            }

            if (letters.Length > MaximumLength)
            {
                break;
            }
        }

        return letters[^1] == ' ' ? letters.ToString() : letters.Append(' ').ToString();
    }

    /// <summary>Calls with each run.</summary>
    public static void ForEach(string letters, Action<ReadOnlySpan<char>> take)
    {
        for (int length = 1; length <= Longest; length++)
        {
            for (int start = 0; start + length <= letters.Length; start++)
            {
                take(letters.AsSpan(start, length));
            }
        }
    }
}
