using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk;

/// <summary>Texts from models, tools and files, made fit to be shown to a person.</summary>
public static class PrintableText
{
    /// <summary>The text without control and bidirectional characters, which could fake what surrounds it; line breaks and tabs stay.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
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
}
