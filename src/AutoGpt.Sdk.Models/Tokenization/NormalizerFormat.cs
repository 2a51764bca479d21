using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>The <c>normalizer</c> of tokenizer.json: none, NFC, or SentencePiece's sign in front and for spaces.</summary>
internal static class NormalizerFormat
{
    public static TextNormalizer Read(JsonElement root, TokenizerJson json)
    {
        if (!root.TryGetProperty("normalizer"u8, out JsonElement normalizer) || normalizer.ValueKind == JsonValueKind.Null)
        {
            return TextNormalizer.None;
        }

        TextNormalizer result = TextNormalizer.None;
        foreach (JsonElement part in json.Type(normalizer) == "Sequence" ? [.. json.Array(normalizer, "normalizers").EnumerateArray()] : (JsonElement[])[normalizer])
        {
            string type = json.Type(part);
            result = type switch
            {
                "NFC" when result == TextNormalizer.None => result with { Composes = true },
                "Prepend" when result == TextNormalizer.None && IsText(part, "prepend", "\u2581") => result with { Prefix = "\u2581" },
                "Replace" when !result.ReplacesSpaces && !result.Composes && IsText(part, "content", "\u2581") && json.Object(part, "pattern") is var pattern
                    && IsText(pattern, "String", " ") => result with { ReplacesSpaces = true },
                _ => throw json.Error($"its normalizer {Shown(normalizer)} is not supported: NFC, and U+2581 put in front and for spaces, are"),
            };
        }

        return result;
    }

    public static void Write(Utf8JsonWriter json, TextNormalizer normalizer)
    {
        if (normalizer.Composes)
        {
            json.WriteStartObject("normalizer"u8);
            json.WriteString("type"u8, "NFC"u8);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("normalizer"u8);
        }
    }

    private static bool IsText(JsonElement parent, string name, string text) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static string Shown(JsonElement normalizer) => normalizer.GetRawText() is { Length: <= 200 } text ? text : normalizer.GetRawText()[..200] + "...";
}
