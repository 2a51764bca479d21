using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The one form in which documents are generated: compact, properties in the order of the schema, and nothing escaped in strings but
/// quotation marks, backslashes and control characters.
/// </summary>
internal static class JsonText
{
    /// <summary>A string's content as it stands between the quotation marks.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 8);
        foreach (char character in text)
        {
            string? escape = EscapeOf(character);
            escaped.Append(escape ?? character.ToString());
        }

        return escaped.ToString();
    }

    /// <summary>The escape of a character that may not stand in a string as it is; null for all others.</summary>
    public static string? EscapeOf(int character) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < 0x20 => "\\u" + character.ToString("x4", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A value in the generated form.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "\"" + Escape(value.GetString()!) + "\"",
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Select(property => "\"" + Escape(property.Name) + "\":" + Of(property.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Of)) + "]",
        _ => value.GetRawText(),
    };
}
