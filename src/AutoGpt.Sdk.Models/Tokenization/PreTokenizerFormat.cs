using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>The <c>pre_tokenizer</c> of tokenizer.json.</summary>
internal static class PreTokenizerFormat
{
    public static PreTokenization Read(JsonElement root, TokenizerJson json)
    {
        JsonElement pre = json.Object(root, "pre_tokenizer");
        string type = json.Type(pre);
        if (type == "ByteLevel")
        {
            RequireNoPrefixSpace(pre, json);
            return json.Flag(pre, "use_regex", absent: true)
                ? PreTokenization.Gpt2
                : throw json.Error("its pre_tokenizer cuts nothing (ByteLevel without use_regex), which is not supported");
        }

        JsonElement[] parts = type == "Sequence" ? [.. json.Array(pre, "pretokenizers").EnumerateArray()] : [pre];
        if (parts is not [var split, var bytes] || json.Type(split) != "Split" || json.Type(bytes) != "ByteLevel" || json.Flag(bytes, "use_regex", absent: true))
        {
            string found = string.Join(", ", parts.Select(json.Type));
            throw json.Error($"its pre_tokenizer is {found}; ByteLevel, and Split followed by ByteLevel without regex, are supported");
        }

        RequireNoPrefixSpace(bytes, json);
        if (!split.TryGetProperty("behavior"u8, out JsonElement behavior) || !behavior.ValueEquals("Isolated"u8) || json.Flag(split, "invert"))
        {
            throw json.Error("its pre_tokenizer splits other than 'Isolated', which is not supported");
        }

        string? pattern = json.Object(split, "pattern") is var value && value.TryGetProperty("Regex"u8, out JsonElement regex)
            && regex.ValueKind == JsonValueKind.String ? regex.GetString() : null;
        return pattern switch
        {
            PieceScanner.Gpt2Pattern => PreTokenization.Gpt2,
            PieceScanner.WordsPattern => PreTokenization.Words,
            _ => throw json.Error($"its pre_tokenizer splits by {split.GetProperty("pattern").GetRawText()}; only GPT-2's pattern and {PieceScanner.WordsPattern} are supported"),
        };
    }

    public static void Write(Utf8JsonWriter json, PreTokenization preTokenization)
    {
        json.WriteStartObject("pre_tokenizer"u8);
        if (preTokenization == PreTokenization.Gpt2)
        {
            WriteByteLevel(json, useRegex: true);
        }
        else
        {
            json.WriteString("type"u8, "Sequence"u8);
            json.WriteStartArray("pretokenizers"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, "Split"u8);
            json.WriteStartObject("pattern"u8);
            json.WriteString("Regex"u8, PieceScanner.WordsPattern);
            json.WriteEndObject();
            json.WriteString("behavior"u8, "Isolated"u8);
            json.WriteBoolean("invert"u8, false);
            json.WriteEndObject();
            json.WriteStartObject();
            WriteByteLevel(json, useRegex: false);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The fields of a ByteLevel object, which serves as pre-tokenizer and as decoder.</summary>
    public static void WriteByteLevel(Utf8JsonWriter json, bool useRegex)
    {
        json.WriteString("type"u8, "ByteLevel"u8);
        json.WriteBoolean("add_prefix_space"u8, false);
        json.WriteBoolean("trim_offsets"u8, true);
        json.WriteBoolean("use_regex"u8, useRegex);
    }

    private static void RequireNoPrefixSpace(JsonElement byteLevel, TokenizerJson json)
    {
        if (json.Flag(byteLevel, "add_prefix_space", absent: true))
        {
            throw json.Error("its pre_tokenizer has add_prefix_space, which is not supported: decoding would not give the text back");
        }
    }
}
