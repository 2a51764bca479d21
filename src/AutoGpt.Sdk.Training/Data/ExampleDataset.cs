using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Examples of different lengths, with the loss on their continuations or answers alone. Every epoch sees each example once in a new order; examples of similar
/// length share a batch, so that little is padding. Thread-safe.
/// </summary>
public sealed class ExampleDataset : IBatchSource
{
    // Examples that are sorted together: enough for batches of even lengths, few enough for the order to stay random.
    private const int BatchesPerPool = 32;

    private readonly TrainingExample[] _training;
    private readonly TrainingExample[] _validation;
    private readonly ExampleDatasetOptions _options;
    private readonly Lock _gate = new();
    private Epoch _epoch;

    /// <summary>Creates the data set.</summary>
    /// <param name="training">Examples to learn from, at least one.</param>
    /// <param name="validation">Examples to measure on; may be empty.</param>
    /// <param name="options">Batching. Default: 2048 tokens a batch.</param>
    /// <exception cref="ArgumentException">An example has fewer than two tokens, nothing that counts, or more tokens than a batch; or an option is out of range.</exception>
    public ExampleDataset(IEnumerable<TrainingExample> training, IEnumerable<TrainingExample> validation, ExampleDatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        _options = options ?? new ExampleDatasetOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.LengthMultiple, 1, nameof(options));
        _training = [.. training];
        _validation = [.. validation];
        if (_training.Length == 0)
        {
            throw new ArgumentException("There is no example to learn from.", nameof(training));
        }

        var hash = new StableHash();
        foreach (TrainingExample example in _training.Concat(_validation))
        {
            Check(example);
            MaximumLength = Math.Max(MaximumLength, Padded(example.Ids.Length - 1));
            hash.Add(example.PromptLength);
            foreach (int id in example.Ids.Span)
            {
                hash.Add(id);
            }

            foreach (bool learned in example.Learned.Span)
            {
                hash.Add(learned ? 1 : 0);
            }
        }

        Fingerprint = string.Create(
            CultureInfo.InvariantCulture,
            $"examples {_training.Length}+{_validation.Length} {hash.Value:x16} tokens {_options.TokensPerBatch} multiple {_options.LengthMultiple} seed {_options.Seed}");
        _epoch = Plan(0, 0);
    }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <inheritdoc />
    public int MaximumLength { get; }

    /// <summary>Batches of the first epoch; later ones differ by a few.</summary>
    public int BatchesPerEpoch => Plan(0, 0).Batches.Length;

    /// <inheritdoc />
    public TokenBatch GetTrainingBatch(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        lock (_gate)
        {
            if (index < _epoch.First)
            {
                _epoch = Plan(0, 0);
            }

            while (index >= _epoch.First + _epoch.Batches.Length)
            {
                _epoch = Plan(_epoch.Number + 1, _epoch.First + _epoch.Batches.Length);
            }

            return Pad(_epoch.Batches[index - _epoch.First].Select(example => _training[example]));
        }
    }

    /// <inheritdoc />
    public IEnumerable<TokenBatch> GetValidationBatches(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);

        // The batches of a fixed shuffle: any number of them is a fair sample.
        return Batches(_validation, new SplitMix64(_options.Seed, -1)).Take(maximum).Select(batch => Pad(batch.Select(example => _validation[example])));
    }

    private Epoch Plan(long number, long first) => new(number, first, Batches(_training, new SplitMix64(_options.Seed, number)));

    private int[][] Batches(TrainingExample[] examples, SplitMix64 random)
    {
        int[] order = [.. Enumerable.Range(0, examples.Length)];
        random.Shuffle<int>(order);
        double mean = examples.Length == 0 ? 1 : examples.Average(example => Padded(example.Ids.Length - 1));
        int pool = Math.Max(1, (int)(BatchesPerPool * _options.TokensPerBatch / mean));
        var batches = new List<int[]>();
        foreach (int[] chunk in order.Chunk(pool))
        {
            var batch = new List<int>();
            foreach (int example in chunk.OrderBy(index => examples[index].Ids.Length))
            {
                // In ascending order the newest example is the longest and decides the width.
                if ((batch.Count + 1) * Padded(examples[example].Ids.Length - 1) > _options.TokensPerBatch)
                {
                    batches.Add([.. batch]);
                    batch.Clear();
                }

                batch.Add(example);
            }

            batches.Add([.. batch]);
        }

        int[][] shuffled = [.. batches];
        random.Shuffle<int[]>(shuffled);
        return shuffled;
    }

    private TokenBatch Pad(IEnumerable<TrainingExample> examples)
    {
        TrainingExample[] rows = [.. examples];
        int length = rows.Max(example => Padded(example.Ids.Length - 1));
        int[] ids = new int[rows.Length * length];
        int[] targets = new int[rows.Length * length];
        Array.Fill(ids, _options.PaddingId);
        Array.Fill(targets, TokenBatch.Ignored);
        for (int row = 0; row < rows.Length; row++)
        {
            ReadOnlySpan<int> tokens = rows[row].Ids.Span;
            tokens[..^1].CopyTo(ids.AsSpan(row * length));

            // Position i predicts token i + 1: the last token of the prompt predicts the first of the continuation.
            for (int token = 1; token < tokens.Length; token++)
            {
                if (rows[row].Counts(token))
                {
                    targets[(row * length) + token - 1] = tokens[token];
                }
            }
        }

        return new TokenBatch(rows.Length, length, ids, targets) { TokenCount = rows.Sum(example => example.Ids.Length - 1) };
    }

    private int Padded(int length) => (length + _options.LengthMultiple - 1) / _options.LengthMultiple * _options.LengthMultiple;

    private void Check(TrainingExample example)
    {
        example.Check();
        int length = example.Ids.Length;
        if (Padded(length - 1) > _options.TokensPerBatch)
        {
            throw new ArgumentException($"An example has {length} tokens, more than the {_options.TokensPerBatch} of a batch. Leave it out or enlarge TokensPerBatch.", nameof(example));
        }
    }

    private sealed record Epoch(long Number, long First, int[][] Batches);
}
