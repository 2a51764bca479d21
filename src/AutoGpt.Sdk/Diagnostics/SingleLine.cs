using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>Makes a text fit to be shown on one line: no line breaks, and no control, direction or tag characters that could fake output or hide in it.</summary>
internal static class SingleLine
{
    public static string Of(string text, int maxLength = 500)
    {
        StringBuilder line = new(Math.Min(text.Length, maxLength) + 1);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (line.Length >= maxLength)
            {
                line.Append('…');
                break;
            }

            bool space = Rune.IsWhiteSpace(rune);
            if (space ? line.Length > 0 && line[^1] != ' ' : !IsHidden(rune))
            {
                line.Append(space ? " " : rune.ToString());
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Whether nobody sees the character, though it may change how others look: format characters (Cf) hold the bidirectional overrides.</summary>
    public static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate;
}
