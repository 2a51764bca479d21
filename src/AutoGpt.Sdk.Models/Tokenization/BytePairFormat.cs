using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>tokenizer.json of byte-level BPE as Hugging Face's tokenizers library writes it.</summary>
/// <remarks>
/// Not read, because they concern what a caller does with ids rather than the ids of a text: <c>truncation</c>, <c>padding</c>, <c>post_processor</c>.
/// </remarks>
internal static class BytePairFormat
{
    public const string Type = "BPE";

    public static BytePairTokenizer Read(JsonElement root, JsonElement model, string name, int? beginOfText, IReadOnlyList<int> endsOfText)
    {
        var json = new TokenizerJson(name);
        json.RequireNone(root, "normalizer");
        json.RequireType(root, "decoder", "ByteLevel");
        PreTokenization preTokenization = PreTokenizerFormat.Read(root, json);
        json.RequireNone(model, "dropout");
        json.RequireNone(model, "continuing_subword_prefix");
        json.RequireNone(model, "end_of_word_suffix");
        json.RequireNone(model, "byte_fallback");

        Dictionary<string, int> ids = ReadVocabulary(model, json);
        var merges = new List<(int, int, int)>();
        ReadMerges(model, ids, merges, json);
        var atomic = new HashSet<int>();
        var control = new HashSet<int>();
        ReadAddedTokens(root, ids, atomic, control, json);
        json.RequireControl(beginOfText, endsOfText, control);
        var vocabulary = new BytePairVocabulary
        {
            Tokens = InOrder(ids, json),
            Merges = merges,
            AtomicIds = [.. atomic],
            ControlIds = [.. control],
            PreTokenization = preTokenization,
            IgnoreMerges = json.Flag(model, "ignore_merges"),
            BeginOfText = beginOfText,
            EndsOfText = endsOfText,
        };
        try
        {
            return new BytePairTokenizer(vocabulary);
        }
        catch (ArgumentException exception)
        {
            throw json.Error($"its vocabulary does not hold together: {exception.Message}", exception);
        }
    }

    public static void Write(Utf8JsonWriter json, BytePairTokenizer tokenizer)
    {
        BytePairVocabulary vocabulary = tokenizer.Vocabulary;
        json.WriteString("version"u8, "1.0"u8);
        json.WriteNull("truncation"u8);
        json.WriteNull("padding"u8);
        WriteAddedTokens(json, vocabulary);
        json.WriteNull("normalizer"u8);
        PreTokenizerFormat.Write(json, vocabulary.PreTokenization);
        json.WriteNull("post_processor"u8);
        json.WriteStartObject("decoder"u8);
        PreTokenizerFormat.WriteByteLevel(json, useRegex: true);
        json.WriteEndObject();
        json.WriteStartObject("model"u8);
        json.WriteString("type"u8, Type);
        json.WriteNull("dropout"u8);
        json.WriteNull("unk_token"u8);
        json.WriteNull("continuing_subword_prefix"u8);
        json.WriteNull("end_of_word_suffix"u8);
        json.WriteBoolean("fuse_unk"u8, false);
        json.WriteBoolean("byte_fallback"u8, false);
        json.WriteBoolean("ignore_merges"u8, vocabulary.IgnoreMerges);
        json.WriteStartObject("vocab"u8);
        for (int id = 0; id < vocabulary.Tokens.Count; id++)
        {
            json.WriteNumber(vocabulary.Tokens[id], id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges"u8);
        foreach ((int left, int right, _) in vocabulary.Merges)
        {
            json.WriteStringValue($"{vocabulary.Tokens[left]} {vocabulary.Tokens[right]}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, BytePairVocabulary vocabulary)
    {
        HashSet<int> control = [.. vocabulary.ControlIds];
        json.WriteStartArray("added_tokens"u8);
        foreach (int id in vocabulary.ControlIds.Concat(vocabulary.AtomicIds).Order())
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, id);
            json.WriteString("content"u8, vocabulary.Tokens[id]);
            json.WriteBoolean("single_word"u8, false);
            json.WriteBoolean("lstrip"u8, false);
            json.WriteBoolean("rstrip"u8, false);
            json.WriteBoolean("normalized"u8, false);
            json.WriteBoolean("special"u8, control.Contains(id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Dictionary<string, int> ReadVocabulary(JsonElement model, TokenizerJson json)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonProperty token in json.Object(model, "vocab").EnumerateObject())
        {
            ids[token.Name] = token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out int id) && id >= 0
                ? id
                : throw json.Error($"the token '{token.Name}' has no valid id");
        }

        return ids;
    }

    private static void ReadMerges(JsonElement model, Dictionary<string, int> ids, List<(int, int, int)> merges, TokenizerJson json)
    {
        var pairs = new HashSet<(int, int)>();
        foreach (JsonElement merge in json.Array(model, "merges").EnumerateArray())
        {
            string[] parts = merge.ValueKind == JsonValueKind.String ? merge.GetString()!.Split(' ')
                : merge.ValueKind == JsonValueKind.Array && merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String)
                    ? [.. merge.EnumerateArray().Select(part => part.GetString()!)]
                    : [];
            if (parts is not [string left, string right] || !ids.TryGetValue(left, out int leftId) || !ids.TryGetValue(right, out int rightId)
                || !ids.TryGetValue(left + right, out int result))
            {
                throw json.Error($"merge {merges.Count}, {merge.GetRawText()}, is not two tokens of the vocabulary that make a third");
            }

            merges.Add(pairs.Add((leftId, rightId)) ? (leftId, rightId, result) : throw json.Error($"merge {merges.Count}, {merge.GetRawText()}, is there twice"));
        }
    }

    private static void ReadAddedTokens(JsonElement root, Dictionary<string, int> ids, HashSet<int> atomic, HashSet<int> control, TokenizerJson json)
    {
        if (!root.TryGetProperty("added_tokens"u8, out JsonElement added) || added.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        foreach (JsonElement token in json.Array(root, "added_tokens").EnumerateArray())
        {
            if (token.ValueKind != JsonValueKind.Object || !token.TryGetProperty("content"u8, out JsonElement content) || content.ValueKind != JsonValueKind.String
                || !token.TryGetProperty("id"u8, out JsonElement number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out int id) || id < 0)
            {
                throw json.Error("an added token lacks its content or id");
            }

            string text = content.GetString()!;
            if (!ids.TryAdd(text, id) && ids[text] != id)
            {
                throw json.Error($"the added token '{text}' has the id {id} and, in the vocabulary, {ids[text]}");
            }

            bool special = json.Flag(token, "special");
            if (!special && (json.Flag(token, "single_word") || json.Flag(token, "lstrip") || json.Flag(token, "rstrip")))
            {
                throw json.Error($"the added token '{text}' asks for single_word, lstrip or rstrip, which are not supported");
            }

            if (atomic.Contains(id) || control.Contains(id))
            {
                throw json.Error($"the added token '{text}' is there twice");
            }

            (special ? control : atomic).Add(id);
        }
    }

    private static string[] InOrder(Dictionary<string, int> ids, TokenizerJson json)
    {
        string[] tokens = new string[ids.Count];
        foreach ((string token, int id) in ids)
        {
            if (id >= tokens.Length || tokens[id] is not null)
            {
                throw json.Error($"the ids of its {tokens.Length} tokens are not 0 to {tokens.Length - 1}: '{token}' has {id}");
            }

            tokens[id] = token;
        }

        return tokens;
    }
}
