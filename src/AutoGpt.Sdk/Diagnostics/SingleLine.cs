using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>Makes a text fit to be shown on one line: no line breaks, and no control or direction characters that could fake output.</summary>
internal static class SingleLine
{
    public static string Of(string text, int maxLength = 500)
    {
        StringBuilder line = new(Math.Min(text.Length, maxLength) + 1);
        foreach (char character in text)
        {
            if (line.Length == maxLength)
            {
                line.Append('…');
                break;
            }

            bool space = char.IsWhiteSpace(character);
            if (space ? line.Length > 0 && line[^1] != ' ' : !IsHidden(character))
            {
                line.Append(space ? ' ' : character);
            }
        }

        return line.ToString().TrimEnd();
    }

    // Format characters (Cf) hold the bidirectional overrides.
    private static bool IsHidden(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;
}
