using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Examples of different lengths, with the loss on their continuations or answers alone. Every epoch sees each example once in a new order; examples of similar
/// length share a batch, so that little is padding. Thread-safe.
/// </summary>
public sealed class ExampleDataset : IBatchSource
{
    private readonly LengthBatches<TrainingExample> _training;
    private readonly LengthBatches<TrainingExample> _validation;
    private readonly ExampleDatasetOptions _options;

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
        TrainingExample[] taught = [.. training];
        TrainingExample[] measured = [.. validation];
        if (taught.Length == 0)
        {
            throw new ArgumentException("There is no example to learn from.", nameof(training));
        }

        var hash = new StableHash();
        foreach (TrainingExample example in taught.Concat(measured))
        {
            Check(example);
            MaximumLength = Math.Max(MaximumLength, Padded(example.Ids.Length - 1));
            hash.Add(example.PromptLength);
            hash.Add(example.Ids.Span);
            foreach (bool learned in example.Learned.Span)
            {
                hash.Add(learned ? 1 : 0);
            }
        }

        Fingerprint = string.Create(
            CultureInfo.InvariantCulture,
            $"examples {taught.Length}+{measured.Length} {hash.Value:x16} tokens {_options.TokensPerBatch} multiple {_options.LengthMultiple} seed {_options.Seed}");
        _training = Batches(taught);
        _validation = Batches(measured);
    }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <inheritdoc />
    public int MaximumLength { get; }

    /// <summary>Batches of the first epoch; later ones differ by a few.</summary>
    public int BatchesPerEpoch => _training.BatchesPerEpoch;

    /// <inheritdoc />
    public TokenBatch GetTrainingBatch(long index) => Pad(_training.At(index));

    /// <inheritdoc />
    public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => _validation.Sample(maximum).Select(Pad);

    private LengthBatches<TrainingExample> Batches(TrainingExample[] examples) =>
        new(examples, example => new RowSize(example.Ids.Length, Padded(example.Ids.Length - 1)), _options.TokensPerBatch, _options.Seed);

    private TokenBatch Pad(TrainingExample[] rows)
    {
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

        return new TokenBatch(rows.Length, length, ids, targets) { Lengths = [.. rows.Select(example => example.Ids.Length - 1)] };
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
}
