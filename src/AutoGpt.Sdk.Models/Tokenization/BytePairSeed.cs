namespace AutoGpt.Sdk.Models;

/// <summary>The ids a vocabulary has before any merge: control tokens, the 256 bytes, atomic strings.</summary>
internal sealed class BytePairSeed
{
    public required List<string> Tokens { get; init; }

    public required int[] ByteIds { get; init; }

    public required List<int> AtomicIds { get; init; }

    public required List<int> ControlIds { get; init; }

    /// <summary>What no merge may be called.</summary>
    public required HashSet<string> Reserved { get; init; }

    public required TextSplitter Splitter { get; init; }

    public static BytePairSeed Create(BytePairTrainingOptions options)
    {
        if (!Enum.IsDefined(options.PreTokenization))
        {
            throw new ArgumentException($"{nameof(options.PreTokenization)} is {options.PreTokenization}, which does not exist.", nameof(options));
        }

        if (options.MinFrequency < 1)
        {
            throw new ArgumentException($"{nameof(options.MinFrequency)} is {options.MinFrequency}; it must be at least 1.", nameof(options));
        }

        string[] added = [.. options.ControlTokens, .. options.AtomicStrings];
        if (added.FirstOrDefault(text => text is null || !WellFormedText.Is(text)) is string broken)
        {
            throw new ArgumentException($"The control token or atomic string '{broken}' is empty or has a lone surrogate.", nameof(options));
        }

        if (added.GroupBy(text => text, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"'{twice.Key}' is given twice as a control token or atomic string.", nameof(options));
        }

        var tokens = new List<string>(options.ControlTokens);
        List<int> control = [.. Enumerable.Range(0, tokens.Count)];
        int[] byteIds = [.. Enumerable.Range(tokens.Count, 256)];
        tokens.AddRange(Enumerable.Range(0, 256).Select(value => ByteAlphabet.Character((byte)value).ToString()));
        var atomic = new List<int>();
        foreach (string text in options.AtomicStrings)
        {
            atomic.Add(AtomicId(text, tokens, byteIds));
        }

        if (options.ControlTokens.FirstOrDefault(name => name.Length == 1 && ByteAlphabet.Read(name).Length == 1) is string single)
        {
            throw new ArgumentException($"The control token '{single}' is spelt like a byte in tokenizer files; give it a longer name.", nameof(options));
        }

        return options.VocabularySize >= tokens.Count
            ? new BytePairSeed
            {
                Tokens = tokens,
                ByteIds = byteIds,
                AtomicIds = atomic,
                ControlIds = control,
                Reserved = [.. added],
                Splitter = new TextSplitter(options.PreTokenization, new LiteralMatcher(atomic.Select(id => KeyValuePair.Create(tokens[id], id)))),
            }
            : throw new ArgumentException(
                $"{nameof(options.VocabularySize)} is {options.VocabularySize}; the bytes, control tokens and atomic strings alone are {tokens.Count}.", nameof(options));
    }

    // A visible ASCII character is the token of its byte; other single characters would be taken for a byte by readers of the file.
    private static int AtomicId(string text, List<string> tokens, int[] byteIds)
    {
        if (ByteAlphabet.Read(text) is [var value] && text.Length == 1)
        {
            return text[0] < 128
                ? byteIds[value]
                : throw new ArgumentException($"The atomic string '{text}' is spelt like a byte in tokenizer files; leave it out or make it longer.");
        }

        tokens.Add(text);
        return tokens.Count - 1;
    }
}
