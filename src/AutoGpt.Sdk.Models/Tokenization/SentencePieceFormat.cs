using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>tokenizer.json of BPE with bytes as fallback: a SentencePiece model as Hugging Face converts it.</summary>
internal static class SentencePieceFormat
{
    private static readonly string[] s_decoders = ["Replace", "ByteFallback", "Fuse", "Strip"];

    /// <summary>What both kinds of BPE have.</summary>
    public sealed record Parts(
        Dictionary<string, int> Ids, IReadOnlyList<string?> Tokens, IReadOnlyList<(int Left, int Right, int Result)> Merges, IReadOnlyList<AddedToken> Added)
    {
        public int? BeginOfText { get; init; }

        public bool BeginsUnstated { get; init; }

        public IReadOnlyList<int> EndsOfText { get; init; } = [];

        public bool AddsEndOfText { get; init; }
    }

    public static SentencePieceTokenizer Read(JsonElement root, JsonElement model, TokenizerJson json, Parts parts)
    {
        json.RequireNone(model, "ignore_merges");
        RequireDecoder(root, json);
        TextNormalizer normalizer = NormalizerFormat.Read(root, json);
        Metaspace metaspace = ReadMetaspace(root, json);
        if (normalizer.Composes || normalizer.ReplacesSpaces == metaspace.Replaces || (normalizer.Prefix.Length > 0 && metaspace.Replaces))
        {
            throw json.Error("either its normalizer or its pre_tokenizer must put U+2581 for spaces, and it alone");
        }

        HashSet<int> control = [.. parts.Added.Where(token => token.Control).Select(token => token.Id)];
        int[] byteIds = [.. Enumerable.Range(0, 256).Select(SentencePieceVocabulary.ByteName).Select(byteName => parts.Ids.TryGetValue(byteName, out int id) && !control.Contains(id)
            ? id
            : throw json.Error($"byte_fallback is on, but '{byteName}' is no ordinary token"))];
        return new SentencePieceTokenizer(new SentencePieceVocabulary
        {
            Tokens = parts.Tokens,
            ByteIds = byteIds,
            Characters = Characters(parts, control),
            Merges = [.. parts.Merges.Select((merge, rank) => (merge.Left, merge.Right, rank, merge.Result)).Where(merge => !control.Contains(merge.Result))],
            Added = parts.Added,
            Normalizer = normalizer,
            Metaspace = metaspace,
            BeginOfText = parts.BeginOfText,
            BeginsUnstated = parts.BeginsUnstated,
            EndsOfText = parts.EndsOfText,
            AddsEndOfText = parts.AddsEndOfText,
        });
    }

    private static Dictionary<Rune, int> Characters(Parts parts, HashSet<int> control)
    {
        var characters = new Dictionary<Rune, int>();
        foreach ((string token, int id) in parts.Ids)
        {
            if (token.Length is 1 or 2 && Rune.DecodeFromUtf16(token, out Rune character, out int length) == System.Buffers.OperationStatus.Done && length == token.Length
                && !control.Contains(id))
            {
                characters.Add(character, id);
            }
        }

        return characters;
    }

    private static Metaspace ReadMetaspace(JsonElement root, TokenizerJson json)
    {
        if (!root.TryGetProperty("pre_tokenizer"u8, out JsonElement pre) || pre.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        json.RequireType(root, "pre_tokenizer", "Metaspace");
        if (Text(pre, "replacement") != "\u2581")
        {
            throw json.Error("its pre_tokenizer Metaspace has another replacement than U+2581, which is not supported");
        }

        string scheme = Text(pre, "prepend_scheme") ?? (json.Flag(pre, "add_prefix_space", absent: true) ? "always" : "never");
        return scheme is "always" or "first" or "never"
            ? new Metaspace(true, scheme != "never", scheme == "always", json.Flag(pre, "split", absent: true))
            : throw json.Error($"its pre_tokenizer has the prepend_scheme '{scheme}'; always, first and never are supported");
    }

    private static void RequireDecoder(JsonElement root, TokenizerJson json)
    {
        json.RequireType(root, "decoder", "Sequence");
        string[] types = [.. json.Array(root.GetProperty("decoder"), "decoders").EnumerateArray().Select(json.Type)];
        if (types.Except(s_decoders).Any() || !types.Contains("ByteFallback"))
        {
            throw json.Error($"its decoder is a sequence of {string.Join(", ", types)}; Replace, ByteFallback, Fuse and Strip are supported");
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
