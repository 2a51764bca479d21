using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>Makes a text fit to be shown on one line: no line breaks, and no control or direction characters that could fake output.</summary>
internal static class SingleLine
{
    public static string Of(string text, int maxLength = 500)
    {
        StringBuilder line = new(Math.Min(text.Length, maxLength) + 1);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool space = Rune.IsWhiteSpace(rune);
            if (space ? line.Length > 0 && line[^1] != ' ' : !IsHidden(rune))
            {
                if (line.Length + rune.Utf16SequenceLength > maxLength)
                {
                    line.Append('…');
                    break;
                }

                line.Append(space ? " " : rune.ToString());
            }
        }

        return line.ToString().TrimEnd();
    }

    // Format characters (Cf) hold the bidirectional overrides, and the tags beyond U+FFFF that spell what nobody sees.
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;
}
