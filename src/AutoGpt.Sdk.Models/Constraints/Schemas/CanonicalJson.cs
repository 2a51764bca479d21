using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>The one text that stands for a JSON value in generated documents: compact, with as few escapes as JSON allows.</summary>
internal static class CanonicalJson
{
    public static string Write(JsonElement value)
    {
        StringBuilder text = new();
        Append(text, value);
        return text.ToString();
    }

    public static string Quote(string value)
    {
        StringBuilder text = new(value.Length + 2);
        AppendString(text, value);
        return text.ToString();
    }

    /// <summary>Appends a character as it stands in a string.</summary>
    public static void AppendCharacter(StringBuilder text, char c)
    {
        _ = c switch
        {
            '"' => text.Append("\\\""),
            '\\' => text.Append("\\\\"),
            '\b' => text.Append("\\b"),
            '\f' => text.Append("\\f"),
            '\n' => text.Append("\\n"),
            '\r' => text.Append("\\r"),
            '\t' => text.Append("\\t"),
            < ' ' => text.Append("\\u00").Append(((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture)),
            _ => text.Append(c),
        };
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                string separator = "";
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    text.Append(separator);
                    AppendString(text, property.Name);
                    text.Append(':');
                    Append(text, property.Value);
                    separator = ",";
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                string comma = "";
                foreach (JsonElement item in value.EnumerateArray())
                {
                    text.Append(comma);
                    Append(text, item);
                    comma = ",";
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            AppendCharacter(text, c);
        }

        text.Append('"');
    }
}
