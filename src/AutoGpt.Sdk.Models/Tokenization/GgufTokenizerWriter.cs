namespace AutoGpt.Sdk.Models;

/// <summary>A tokenizer as the keys of a GGUF file: what <see cref="GgufTokenizer"/> reads.</summary>
internal static class GgufTokenizerWriter
{
    private const string Prefix = GgufTokenizer.Prefix;
    private const string Unknown = "<unk>";

    private static readonly string[] s_furtherEnds = ["eot", "eom"];

    /// <summary>The keys, with values as <see cref="GgufMetadata"/> has them.</summary>
    /// <param name="tokenizer">A byte-level or SentencePiece tokenizer of this library.</param>
    /// <param name="size">Ids of the network, at least those of the tokenizer; those above stand for nothing.</param>
    /// <param name="specialTokens">The spelling of special tokens by the names that chat templates use, as far as they are known.</param>
    /// <param name="warnings">Receives, as sentences, what llama.cpp will do otherwise.</param>
    /// <exception cref="NotSupportedException">llama.cpp has no such tokenizer; the message says what stands in the way.</exception>
    public static Dictionary<string, object> Write(ITokenizer tokenizer, int size, IReadOnlyDictionary<string, object?> specialTokens, List<string> warnings)
    {
        Dictionary<string, object> keys = tokenizer switch
        {
            BytePairTokenizer bytePairs => Write(bytePairs.Vocabulary, size, warnings),
            SentencePieceTokenizer pieces => Write(pieces.Vocabulary, size, warnings),
            _ => throw new NotSupportedException($"A {tokenizer.GetType().Name} has no form in GGUF, which has byte-level and SentencePiece tokenizers: train with one of these, or save the model as a folder."),
        };
        AddEnds(keys, (IPromptTokenizer)tokenizer, specialTokens, warnings);
        RequireTheSame(keys, tokenizer);
        return keys;
    }

    private static Dictionary<string, object> Write(BytePairVocabulary vocabulary, int size, List<string> warnings)
    {
        GgufPreTokenizer pre = GgufPreTokenizer.Find(vocabulary.PreTokenization, vocabulary.IgnoreMerges) ?? throw new NotSupportedException(
            $"llama.cpp does not cut text by {vocabulary.PreTokenization}{(vocabulary.IgnoreMerges ? ", keeping pieces whole that are tokens" : "")}: train with a tokenizer of another PreTokenization, such as Gpt2, or save the model as a folder.");
        if (vocabulary.Normalizer.Composes)
        {
            warnings.Add("llama.cpp does not compose characters as this tokenizer does (Unicode's form C): text that is not composed already gets other ids there.");
        }

        return new Dictionary<string, object>
        {
            [Prefix + "model"] = "gpt2",
            [Prefix + "pre"] = pre.Name,
            [Prefix + "tokens"] = Spellings(vocabulary.Tokens, size),
            [Prefix + "token_type"] = Types(vocabulary.Tokens, vocabulary.Added, [], size),
            [Prefix + "merges"] = vocabulary.Merges.Select(merge => $"{vocabulary.Tokens[merge.Left]} {vocabulary.Tokens[merge.Right]}").ToArray(),
            [Prefix + "add_eos_token"] = vocabulary.AddsEndOfText,
        };
    }

    private static Dictionary<string, object> Write(SentencePieceVocabulary vocabulary, int size, List<string> warnings)
    {
        Metaspace metaspace = vocabulary.Metaspace;
        if (metaspace.Splits && !vocabulary.WordsStandAlone())
        {
            throw new NotSupportedException("llama.cpp does not cut text before every space, as this tokenizer does, and it has tokens that reach over one.");
        }

        if (metaspace is { PrefixesFirst: true })
        {
            warnings.Add("llama.cpp puts a space before every text and after every special token, where this tokenizer puts one only before what begins with none"
                + (metaspace.PrefixesRest ? "." : ", and only at the beginning."));
        }

        return new Dictionary<string, object>
        {
            [Prefix + "model"] = "llama",
            [Prefix + "tokens"] = Spellings(vocabulary.Tokens, size),
            [Prefix + "scores"] = Scores(vocabulary, size),
            [Prefix + "token_type"] = Types(vocabulary.Tokens, vocabulary.Added, vocabulary.ByteIds, size),
            [Prefix + "add_space_prefix"] = vocabulary.Normalizer.Prefix.Length > 0 || metaspace.PrefixesFirst,
            [Prefix + "add_eos_token"] = vocabulary.AddsEndOfText,
        };
    }

    // llama.cpp wants a spelling of its own for every id of the network.
    private static string[] Spellings(IReadOnlyList<string?> tokens, int size)
    {
        HashSet<string> taken = [.. tokens.OfType<string>()];
        return [.. Enumerable.Range(0, size).Select(id => id < tokens.Count && tokens[id] is string text ? text : Filler(id, taken))];
    }

    private static string Filler(int id, HashSet<string> taken)
    {
        string text = $"[PAD{id}]";
        while (!taken.Add(text))
        {
            text += "_";
        }

        return text;
    }

    private static long[] Types(IReadOnlyList<string?> tokens, IReadOnlyList<AddedToken> added, IReadOnlyList<int> bytes, int size)
    {
        var types = new long[size];
        for (int id = 0; id < size; id++)
        {
            types[id] = (long)(id < tokens.Count && tokens[id] is not null ? GgufTokenType.Normal : GgufTokenType.Unused);
        }

        foreach (int id in bytes)
        {
            types[id] = (long)GgufTokenType.Byte;
        }

        foreach (AddedToken token in added)
        {
            types[token.Id] = (long)(!token.Control ? GgufTokenType.UserDefined : bytes.Count > 0 && token.Content == Unknown ? GgufTokenType.Unknown : GgufTokenType.Control);
        }

        return types;
    }

    // llama.cpp merges what makes the token of the highest score, wherever it comes from: a token scores as its first merge ranks.
    private static double[] Scores(SentencePieceVocabulary vocabulary, int size)
    {
        var scores = new double[size];
        Array.Fill(scores, -(vocabulary.Merges.Count + 1.0));
        foreach ((_, _, int rank, int result) in vocabulary.Merges.OrderByDescending(merge => merge.Rank))
        {
            scores[result] = -rank;
        }

        return scores;
    }

    private static void AddEnds(Dictionary<string, object> keys, IPromptTokenizer tokenizer, IReadOnlyDictionary<string, object?> specialTokens, List<string> warnings)
    {
        // Without the keys llama.cpp takes ids of its own choice.
        int? begin = tokenizer.BeginOfText ?? Special("bos_token") ?? tokenizer.EndOfText;
        keys[Prefix + "add_bos_token"] = tokenizer.BeginOfText is not null;
        Add("bos", begin);
        Add("eos", tokenizer.EndOfText);
        Add("unknown", Special("unk_token") ?? tokenizer.FindControlToken(Unknown));
        Add("padding", Special("pad_token"));
        if (tokenizer.EndOfText is null)
        {
            warnings.Add($"The tokenizer has no end of text; llama.cpp takes token {(tokenizer is BytePairTokenizer ? 11 : 2)} for it.");
        }

        int[] further = tokenizer is IStopTokens stops
            ? [.. stops.StopTokens.Where(id => id != tokenizer.EndOfText && !GgufTokenizer.Ends.Contains(tokenizer.ControlName(id))).Order()]
            : [];
        foreach ((string name, int id) in s_furtherEnds.Zip(further))
        {
            Add(name, id);
        }

        foreach (int id in further.Skip(s_furtherEnds.Length))
        {
            warnings.Add($"llama.cpp does not end a text at token {id} ('{tokenizer.ControlName(id)}'): a file names three ends.");
        }

        void Add(string name, int? id)
        {
            if (id is int value)
            {
                keys[$"{Prefix}{name}_token_id"] = (long)value;
            }
        }

        int? Special(string name) => specialTokens.GetValueOrDefault(name) is string { Length: > 0 } spelling ? tokenizer.FindControlToken(spelling) : null;
    }

    // What is written is read back before any byte of the file is written.
    private static void RequireTheSame(Dictionary<string, object> keys, ITokenizer tokenizer)
    {
        IPromptTokenizer read;
        try
        {
            read = GgufTokenizer.Read(new GgufMetadata("its keys", keys));
        }
        catch (CheckpointException exception)
        {
            throw new NotSupportedException($"The tokenizer has no form in GGUF: {exception.Message}", exception);
        }

        if (tokenizer is SentencePieceTokenizer pieces && read is SentencePieceTokenizer written && Difference(pieces.Vocabulary, written.Vocabulary) is string token)
        {
            throw new NotSupportedException(
                $"llama.cpp merges by scores of tokens, by which '{token}' would be made otherwise than by this tokenizer's merges. Save the model as a folder, or take the tokenizer of a GGUF file of this family.");
        }
    }

    // The merges must be the same, and in the same order but for those that make the same token. Added tokens are found before anything is merged.
    private static string? Difference(SentencePieceVocabulary merges, SentencePieceVocabulary scores)
    {
        HashSet<int> added = [.. merges.Added.Select(token => token.Id)];
        HashSet<(int, int, int)> others = [.. scores.Merges.Where(merge => !added.Contains(merge.Result)).Select(merge => (merge.Left, merge.Right, merge.Result))];
        HashSet<int> done = [];
        (int? last, int lastRank) = (null, -1);
        foreach ((int left, int right, int rank, int result) in merges.Merges.Where(merge => !added.Contains(merge.Result)).OrderBy(merge => merge.Rank).ThenBy(merge => merge.Result))
        {
            bool again = result != last && done.Contains(result);
            if (!others.Remove((left, right, result)) || (again && rank != lastRank))
            {
                return merges.Tokens[result];
            }

            done.Add(result);
            (last, lastRank) = (result, rank);
        }

        return others.Select(merge => merges.Tokens[merge.Item3]).FirstOrDefault();
    }
}
