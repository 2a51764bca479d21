using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>The <c>added_tokens</c> of tokenizer.json.</summary>
internal static class AddedTokenFormat
{
    /// <summary>Reads them and adds those that are not in the vocabulary to it.</summary>
    public static List<AddedToken> Read(JsonElement root, Dictionary<string, int> ids, TokenizerJson json)
    {
        var tokens = new List<AddedToken>();
        if (!root.TryGetProperty("added_tokens"u8, out JsonElement added) || added.ValueKind == JsonValueKind.Null)
        {
            return tokens;
        }

        var known = new HashSet<int>();
        foreach (JsonElement token in json.Array(root, "added_tokens").EnumerateArray())
        {
            if (token.ValueKind != JsonValueKind.Object || !token.TryGetProperty("content"u8, out JsonElement content) || content.ValueKind != JsonValueKind.String
                || !token.TryGetProperty("id"u8, out JsonElement number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out int id) || id < 0)
            {
                throw json.Error("an added token lacks its content or id");
            }

            string text = content.GetString()!;
            if (!WellFormedText.Is(text))
            {
                throw json.Error($"the added token {id} is empty or no valid Unicode");
            }

            if (!ids.TryAdd(text, id) && ids[text] != id)
            {
                throw json.Error($"the added token '{text}' has the id {id} and, in the vocabulary, {ids[text]}");
            }

            if (json.Flag(token, "single_word"))
            {
                throw json.Error($"the added token '{text}' asks for single_word, which is not supported");
            }

            if (!known.Add(id))
            {
                throw json.Error($"the added token '{text}' is there twice");
            }

            tokens.Add(new AddedToken(id, text, json.Flag(token, "special"))
            {
                StripsLeft = json.Flag(token, "lstrip"),
                StripsRight = json.Flag(token, "rstrip"),
                Normalized = json.Flag(token, "normalized"),
            });
        }

        return tokens;
    }

    public static void Write(Utf8JsonWriter json, IEnumerable<AddedToken> tokens)
    {
        json.WriteStartArray("added_tokens"u8);
        foreach (AddedToken token in tokens.OrderBy(token => token.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, token.Id);
            json.WriteString("content"u8, token.Content);
            json.WriteBoolean("single_word"u8, false);
            json.WriteBoolean("lstrip"u8, token.StripsLeft);
            json.WriteBoolean("rstrip"u8, token.StripsRight);
            json.WriteBoolean("normalized"u8, token.Normalized);
            json.WriteBoolean("special"u8, token.Control);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
