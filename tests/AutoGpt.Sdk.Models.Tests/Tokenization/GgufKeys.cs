namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Tokenizer metadata of small GGUF files, made here.</summary>
internal static class GgufKeys
{
    public const string Prefix = "tokenizer.ggml.";

    /// <summary>A SentencePiece vocabulary: unknown, begin, end, bytes, then the pieces, the first with the highest score; the last token is user-defined.</summary>
    public static Dictionary<string, object> SentencePiece(params string[] pieces)
    {
        List<string> tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(SentencePieceVocabulary.ByteName), .. pieces, "<tool>"];
        return new()
        {
            [Prefix + "model"] = "llama",
            [Prefix + "tokens"] = tokens.ToArray(),
            [Prefix + "scores"] = tokens.Select((_, id) => id < 259 ? 0.0 : -(double)(id - 259)).ToArray(),
            [Prefix + "token_type"] = tokens.Select((_, id) => id == 0 ? 2L : id < 3 ? 3 : id < 259 ? 6 : id == tokens.Count - 1 ? 4 : 1).ToArray(),
            [Prefix + "bos_token_id"] = 1L,
            [Prefix + "eos_token_id"] = 2L,
        };
    }

    /// <summary>A byte-level vocabulary: bytes, the merges' tokens, then an end of text and one more that is user-defined.</summary>
    public static Dictionary<string, object> BytePair(string pre, params string[] merges)
    {
        List<string> tokens = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Character((byte)value).ToString()), .. merges.Select(merge => merge.Replace(" ", "")), "<|im_end|>", "<think>"];
        return new()
        {
            [Prefix + "model"] = "gpt2",
            [Prefix + "pre"] = pre,
            [Prefix + "tokens"] = tokens.ToArray(),
            [Prefix + "token_type"] = tokens.Select((_, id) => id == tokens.Count - 1 ? 4L : id == tokens.Count - 2 ? 3 : 1).ToArray(),
            [Prefix + "merges"] = merges,
            [Prefix + "eos_token_id"] = (long)(tokens.Count - 2),
        };
    }

    public static IPromptTokenizer Read(Dictionary<string, object> keys) => GgufTokenizer.Read(new GgufMetadata("t.gguf", keys));

    public static Dictionary<string, object> With(this Dictionary<string, object> keys, string key, object value) => new(keys) { [Prefix + key] = value };

    public static Dictionary<string, object> Without(this Dictionary<string, object> keys, string key) => new(keys.Where(pair => pair.Key != Prefix + key));
}
