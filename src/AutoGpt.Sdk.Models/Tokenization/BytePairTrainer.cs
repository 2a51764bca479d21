namespace AutoGpt.Sdk.Models;

/// <summary>
/// Learns a byte-level byte-pair vocabulary: the most frequent neighbouring pair becomes a token, again and again (Sennrich et al. 2016).
/// Deterministic: of equally frequent pairs the one of the lower ids is merged, that is, of bytes before merges and of older merges before newer ones.
/// </summary>
public static class BytePairTrainer
{
    private const int ProgressInterval = 64;

    /// <summary>Trains on documents; no piece reaches from one to the next.</summary>
    /// <param name="documents">The corpus. Runs of more than 1,024 characters without a cut are passed over.</param>
    /// <param name="options">What to make.</param>
    /// <param name="progress">Hears of the vocabulary's growth. Default nobody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The options contradict themselves; the message says where.</exception>
    public static BytePairTokenizer Train(
        IEnumerable<string> documents,
        BytePairTrainingOptions options,
        IProgress<BytePairTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(options);
        BytePairSeed seed = BytePairSeed.Create(options);
        var counter = new PieceCounter(seed.Splitter);
        foreach (string document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            counter.Count(document);
        }

        return Learn(seed, counter, options, progress, cancellationToken);
    }

    /// <summary>Trains on a text that need not fit into memory. It is cut after every line feed, so no piece reaches over one.</summary>
    /// <param name="corpus">The text; it is read to its end and not disposed.</param>
    /// <param name="options">What to make.</param>
    /// <param name="progress">Hears of the vocabulary's growth. Default nobody.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The options contradict themselves; the message says where.</exception>
    public static BytePairTokenizer Train(
        TextReader corpus,
        BytePairTrainingOptions options,
        IProgress<BytePairTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return Train(Lines(corpus), options, progress, cancellationToken);
    }

    private static IEnumerable<string> Lines(TextReader corpus)
    {
        while (corpus.ReadLine() is string line)
        {
            yield return line + "\n";
        }
    }

    private static BytePairTokenizer Learn(
        BytePairSeed seed, PieceCounter counter, BytePairTrainingOptions options, IProgress<BytePairTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        List<string> tokens = seed.Tokens;
        var ids = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id, StringComparer.Ordinal);
        var merges = new List<(int Left, int Right, int Result)>();
        var known = new HashSet<(int, int)>();
        var statistics = new PairStatistics();
        foreach ((byte[] bytes, long count) in counter.Pieces())
        {
            statistics.AddWord(bytes.Select(value => seed.ByteIds[value]), count);
        }

        statistics.Begin();
        while (tokens.Count < options.VocabularySize && statistics.TryTake(options.MinFrequency, out int left, out int right, out IReadOnlyList<int> words))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string spelling = tokens[left] + tokens[right];
            if (seed.Reserved.Contains(spelling))
            {
                continue; // Text must not merge into a control token or, seldom, into what an atomic string is called.
            }

            // Two merges may lead to the same token (ab+c, a+bc), and a pair may turn up again through the second.
            if (!ids.TryGetValue(spelling, out int result))
            {
                result = tokens.Count;
                ids.Add(spelling, result);
                tokens.Add(spelling);
            }

            if (known.Add((left, right)))
            {
                merges.Add((left, right, result));
            }

            statistics.Merge(left, right, result, words);
            if (tokens.Count % ProgressInterval == 0 || tokens.Count == options.VocabularySize)
            {
                progress?.Report(new BytePairTrainingProgress(tokens.Count, options.VocabularySize));
            }
        }

        return new BytePairTokenizer(new BytePairVocabulary
        {
            Tokens = tokens,
            Merges = merges,
            Added = [.. seed.ControlIds.Select(id => new AddedToken(id, tokens[id], Control: true)), .. seed.AtomicIds.Select(id => new AddedToken(id, tokens[id], Control: false))],
            PreTokenization = options.PreTokenization,
        });
    }
}
