using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The <c>pre_tokenizer</c> of byte-level tokenizer.json: patterns that cut, one after the other, then bytes. A known list of patterns is a
/// <see cref="PreTokenization"/>.
/// </summary>
internal static class PreTokenizerFormat
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Digit = @"\p{N}";
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
    private const string AfterWords = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly (PreTokenization Kind, string[] Patterns)[] s_known =
    [
        (PreTokenization.Gpt2, [Gpt2]),
        (PreTokenization.Words, [@"\s|\p{N}|[\p{L}\p{M}]+|[^\s\p{N}\p{L}\p{M}]"]),
        (PreTokenization.Gpt2Digits, [Digit, Gpt2]),
        (PreTokenization.Llama3, [Contractions + @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|" + AfterWords]),
        (PreTokenization.Qwen2, [Contractions + @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|" + AfterWords]),
        (PreTokenization.Qwen35, [Contractions + @"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"]),
        (PreTokenization.Tekken,
            [
                @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
                + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ]),
        (PreTokenization.LlamaCppDefault, [@"[\p{P}\$\+<=>\^~\|]+", Gpt2, @"\p{N}+", "[0-9][0-9][0-9]"]),
    ];

    public static PreTokenization Read(JsonElement root, TokenizerJson json)
    {
        JsonElement pre = json.Object(root, "pre_tokenizer");
        JsonElement[] parts = json.Type(pre) == "Sequence" ? [.. json.Array(pre, "pretokenizers").EnumerateArray()] : [pre];
        if (parts is not [.. JsonElement[] splits, JsonElement bytes] || json.Type(bytes) != "ByteLevel")
        {
            throw json.Error($"its pre_tokenizer is {string.Join(", ", parts.Select(json.Type))}; one that ends in ByteLevel is supported");
        }

        if (json.Flag(bytes, "add_prefix_space", absent: true))
        {
            throw json.Error("its pre_tokenizer has add_prefix_space, which is not supported: decoding would not give the text back");
        }

        List<string> patterns = [.. splits.Select(split => Pattern(split, json))];
        if (json.Flag(bytes, "use_regex", absent: true))
        {
            patterns.Add(Gpt2);
        }

        return s_known.FirstOrDefault(known => known.Patterns.SequenceEqual(patterns, StringComparer.Ordinal)) is { Patterns: not null } found
            ? found.Kind
            : throw json.Error(patterns.Count == 0
                ? "its pre_tokenizer cuts nothing (ByteLevel without use_regex), which is not supported"
                : $"its pre_tokenizer cuts by {string.Join(" and then by ", patterns)}, which is not supported");
    }

    public static void Write(Utf8JsonWriter json, PreTokenization preTokenization)
    {
        string[] patterns = s_known.Single(known => known.Kind == preTokenization).Patterns;
        json.WriteStartObject("pre_tokenizer"u8);
        if (patterns is [Gpt2])
        {
            WriteByteLevel(json, useRegex: true);
        }
        else
        {
            json.WriteString("type"u8, "Sequence"u8);
            json.WriteStartArray("pretokenizers"u8);
            foreach (string pattern in patterns)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "Split"u8);
                json.WriteStartObject("pattern"u8);
                json.WriteString("Regex"u8, pattern);
                json.WriteEndObject();
                json.WriteString("behavior"u8, "Isolated"u8);
                json.WriteBoolean("invert"u8, false);
                json.WriteEndObject();
            }

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

    // What a part that cuts cuts by; every match is a piece and so is what lies between.
    private static string Pattern(JsonElement part, TokenizerJson json)
    {
        string type = json.Type(part);
        if (type == "Digits" && json.Flag(part, "individual_digits"))
        {
            return Digit;
        }

        if (type != "Split" || !part.TryGetProperty("behavior"u8, out JsonElement behavior) || behavior.ValueKind != JsonValueKind.String || !behavior.ValueEquals("Isolated"u8)
            || json.Flag(part, "invert"))
        {
            throw json.Error($"its pre_tokenizer has a part {type}; Digits one by one, and Split 'Isolated', are supported");
        }

        return json.Object(part, "pattern") is var pattern && pattern.TryGetProperty("Regex"u8, out JsonElement regex) && regex.ValueKind == JsonValueKind.String
            ? regex.GetString()!
            : throw json.Error($"its pre_tokenizer splits by {pattern.GetRawText()}; a Regex is supported");
    }
}
