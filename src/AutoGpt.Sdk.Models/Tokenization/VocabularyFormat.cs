using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>The <c>vocab</c> and <c>merges</c> of a model of type BPE in tokenizer.json.</summary>
internal static class VocabularyFormat
{
    // Real files have few ids without a token; a damaged one must not make a table of two thousand million.
    private const int MaximumHoles = 1 << 16;

    public static Dictionary<string, int> ReadIds(JsonElement model, TokenizerJson json)
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

    public static List<(int Left, int Right, int Result)> ReadMerges(JsonElement model, Dictionary<string, int> ids, TokenizerJson json)
    {
        var merges = new List<(int, int, int)>();
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

        return merges;
    }

    /// <summary>The tokens by their ids, null where an id has none.</summary>
    public static string?[] InOrder(Dictionary<string, int> ids, TokenizerJson json)
    {
        int size = ids.Count == 0 ? 0 : ids.Values.Max();
        if (size > ids.Count + MaximumHoles)
        {
            throw json.Error($"its {ids.Count} tokens have ids up to {size}: more than {MaximumHoles} have no token");
        }

        string?[] tokens = new string?[ids.Count == 0 ? 0 : size + 1];
        foreach ((string token, int id) in ids)
        {
            tokens[id] = tokens[id] is string other ? throw json.Error($"the tokens '{other}' and '{token}' both have the id {id}") : token;
        }

        return tokens;
    }
}
