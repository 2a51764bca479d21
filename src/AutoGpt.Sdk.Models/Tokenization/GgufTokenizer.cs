namespace AutoGpt.Sdk.Models;

/// <summary>
/// The tokenizer in the metadata of a GGUF file (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): byte-level BPE (<c>tokenizer.ggml.model</c> =
/// <c>gpt2</c>) and SentencePiece BPE (<c>llama</c>). Its ids are llama.cpp's. The metadata know of no normalization: text is encoded as it is, also where
/// the family's tokenizer.json composes characters first (Qwen).
/// </summary>
public static class GgufTokenizer
{
    internal const string Prefix = "tokenizer.ggml.";

    /// <summary>What text a generation ends with, whatever the file calls the end of text: the ends of turns of the chat models that are read.</summary>
    internal static IReadOnlyList<string> Ends { get; } = ["<|eot_id|>", "<|im_end|>", "<|eom_id|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "</s>"];

    // What llama.cpp takes for control tokens by their names, whatever type the file gives them: the ends above and what code is filled in with.
    private static readonly string[] s_control =
    [
        .. Ends, "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<PRE>", "▁<PRE>", "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<SUF>", "▁<SUF>", "<|fim_middle|>", "<fim-middle>",
        "<fim_middle>", "<MID>", "▁<MID>", "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>", "<|file_sep|>",
    ];

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="metadata">The keys of the file.</param>
    /// <returns>A <see cref="BytePairTokenizer"/> or a <see cref="SentencePieceTokenizer"/>.</returns>
    /// <exception cref="CheckpointException">The keys are incomplete, contradict each other, or describe a tokenizer of a kind that is not supported.</exception>
    public static IPromptTokenizer Read(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        string model = metadata.Text(Prefix + "model");
        return model switch
        {
            "gpt2" => ReadBytePair(metadata),
            "llama" => ReadSentencePiece(metadata),
            _ => throw metadata.Unsupported($"the tokenizer's model is '{model}' ({Prefix}model); 'gpt2' (byte-level BPE) and 'llama' (SentencePiece BPE) are read"),
        };
    }

    private static BytePairTokenizer ReadBytePair(GgufMetadata metadata)
    {
        string pre = metadata.Text(Prefix + "pre", "default");
        if (GgufPreTokenizer.Find(pre) is not { } cut)
        {
            throw metadata.Unsupported($"the tokenizer cuts text by '{pre}' ({Prefix}pre); {string.Join(", ", GgufPreTokenizer.Names)} are read");
        }

        GgufTokens tokens = GgufTokens.Read(metadata);
        tokens.RequireNone(GgufTokenType.Byte, "gpt2");
        (int? begin, int[] ends, bool addsEnd) = Around(metadata, tokens, cut.AddsBegin);
        var vocabulary = new BytePairVocabulary
        {
            Tokens = tokens.Texts,
            Merges = ReadMerges(metadata, tokens),
            Added = tokens.Added(),
            PreTokenization = cut.Kind,
            IgnoreMerges = cut.IgnoresMerges,
            BeginOfText = begin,
            BeginsUnstated = false,
            EndsOfText = ends,
            AddsEndOfText = addsEnd,
        };
        try
        {
            return new BytePairTokenizer(vocabulary);
        }
        catch (ArgumentException exception)
        {
            throw metadata.Broken($"the tokenizer's vocabulary does not hold together: {exception.Message}", exception);
        }
    }

    private static SentencePieceTokenizer ReadSentencePiece(GgufMetadata metadata)
    {
        GgufTokens tokens = GgufTokens.Read(metadata);
        (int? begin, int[] ends, bool addsEnd) = Around(metadata, tokens, addsBegin: true);
        bool space = metadata.Flag(Prefix + "add_space_prefix", true);
        ScoredPairs pairs = ScoredPairs.Create(tokens, metadata);
        return new SentencePieceTokenizer(new SentencePieceVocabulary
        {
            Tokens = tokens.Texts,
            ByteIds = tokens.ByteIds(),
            Characters = pairs.Characters,
            Merges = pairs.Merges,
            Added = tokens.Added(),
            Normalizer = new TextNormalizer { Prefix = space ? TextNormalizer.Space.ToString() : "", ReplacesSpaces = true },
            Metaspace = default,
            BeginOfText = begin,
            BeginsUnstated = false,
            EndsOfText = ends,
            AddsEndOfText = addsEnd,
        });
    }

    private static List<(int Left, int Right, int Result)> ReadMerges(GgufMetadata metadata, GgufTokens tokens)
    {
        IReadOnlyList<string> texts = metadata.Texts(Prefix + "merges");
        var merges = new List<(int, int, int)>(texts.Count);
        var pairs = new HashSet<(int, int)>();
        foreach (string text in texts)
        {
            // A space within a token is spelt otherwise, but one may begin it.
            int space = text.Length < 2 ? -1 : text.IndexOf(' ', 1);
            if (space < 0 || tokens.Find(text[..space]) is not int left || tokens.Find(text[(space + 1)..]) is not int right
                || tokens.Find(text[..space] + text[(space + 1)..]) is not int result)
            {
                throw metadata.Broken($"merge {merges.Count} of the tokenizer, '{text}', is not two tokens of the vocabulary that make a third");
            }

            merges.Add(pairs.Add((left, right)) ? (left, right, result) : throw metadata.Broken($"merge {merges.Count} of the tokenizer, '{text}', is there twice"));
        }

        return merges;
    }

    // What a text begins and ends with. Where ends are stated but ordinary tokens, text could end a text: they become control tokens.
    private static (int? Begin, int[] Ends, bool AddsEnd) Around(GgufMetadata metadata, GgufTokens tokens, bool addsBegin)
    {
        tokens.MakeControl(s_control);
        int? begin = tokens.Control(metadata, Prefix + "bos_token_id");
        List<int> ends = [];
        foreach (string key in (string[])["eos_token_id", "eot_token_id", "eom_token_id"])
        {
            if (tokens.Control(metadata, Prefix + key) is int id)
            {
                ends.Add(id);
            }
        }

        ends.AddRange(Ends.Select(tokens.FindControl).OfType<int>());
        addsBegin = metadata.Flag(Prefix + "add_bos_token", addsBegin);
        if (addsBegin && begin is null)
        {
            throw metadata.Broken($"a text is to begin with a token ({Prefix}add_bos_token), but {Prefix}bos_token_id does not say which");
        }

        return (addsBegin ? begin : null, [.. ends.Distinct()], metadata.Flag(Prefix + "add_eos_token", false));
    }
}
