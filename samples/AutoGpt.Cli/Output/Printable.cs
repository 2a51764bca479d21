using System.Globalization;
using System.Text;

namespace AutoGpt.Cli.Output;

/// <summary>Text that a person may be shown: without control and bidirectional characters, which could fake what the terminal says.</summary>
internal static class Printable
{
    public static string Text(string text)
    {
        StringBuilder shown = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate))
            {
                shown.Append(rune);
            }
        }

        return shown.ToString();
    }

    public static string Line(string text, int limit = 160)
    {
        string line = Text(text).ReplaceLineEndings(" ").Trim();
        return line.Length <= limit ? line : line[..(limit - 1)] + "…";
    }
}
