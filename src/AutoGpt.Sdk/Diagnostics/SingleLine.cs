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

    /// <summary>Whether nobody sees the character, though it may change how others look: format characters (Cf) hold the bidirectional overrides, and variation selectors and fillers can spell what nobody sees.</summary>
    public static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
