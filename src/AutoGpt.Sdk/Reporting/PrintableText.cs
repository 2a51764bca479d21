using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>Texts from models, tools and files, made fit to be shown to a person.</summary>
public static class PrintableText
{
    // For people, not for a page: letters of every script stay as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text without control, bidirectional and tag characters, which could fake what surrounds it or hide in it; line breaks and tabs stay.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder shown = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !SingleLine.IsHidden(rune))
            {
                shown.Append(rune);
            }
        }

        return shown.ToString();
    }

    /// <summary>
    /// A call in one line, as a person who approves it should see it: every argument by name, texts in quotation marks, hidden characters escaped (<c>\u202E</c>) so that they are
    /// seen, letters of other scripts in the tool's name, too, and of a long value both ends and how much is left out.
    /// </summary>
    /// <param name="request">The call.</param>
    /// <param name="maxValueLength">Characters of one argument, at least 20. Default 200.</param>
    public static string Of(ActionRequest request, int maxValueLength = 200)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxValueLength, 20);
        return $"{Escaped(request.Tool, plain: true)}({string.Join(", ", request.Arguments.Select(argument => $"{Escaped(argument.Key)}: {Short(Json(argument.Value), maxValueLength)}"))})";
    }

    private static string Json(JsonNode? value)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Readable))
        {
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                value.WriteTo(writer);
            }
        }

        return Escaped(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <param name="text">The text.</param>
    /// <param name="plain">Whether letters beyond ASCII are escaped too: those of another script can look the same.</param>
    private static string Escaped(string text, bool plain = false)
    {
        StringBuilder shown = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if ((plain && !rune.IsAscii) || SingleLine.IsHidden(rune) || (Rune.IsWhiteSpace(rune) && rune.Value != ' '))
            {
                foreach (char unit in rune.ToString())
                {
                    shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
                }
            }
            else
            {
                shown.Append(rune);
            }
        }

        return shown.ToString();
    }

    private static string Short(string text, int maxLength) => text.Length <= maxLength ? text : string.Create(
        CultureInfo.InvariantCulture, $"{text[..(maxLength / 2)]}…[{text.Length - (maxLength / 2 * 2):N0} characters more]…{text[^(maxLength / 2)..]}");
}
