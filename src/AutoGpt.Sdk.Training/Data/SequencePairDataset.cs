using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>A text and what is to be made of it.</summary>
/// <param name="Source">What is read, at least one token.</param>
/// <param name="Target">What is to be written, at least one token; it should end with the token that ends a text. The token that the decoder begins with is not part of it.</param>
public sealed record SequencePair(ReadOnlyMemory<int> Source, ReadOnlyMemory<int> Target);

/// <summary>Texts and what is to be made of them, such as translations. Thread-safe.</summary>
public sealed class SequencePairDataset : IBatchSource<IReadOnlyList<SequencePair>>
{
    private readonly LengthBatches<SequencePair> _training;
    private readonly LengthBatches<SequencePair> _validation;

    /// <summary>Creates the data set.</summary>
    /// <param name="training">Pairs to learn from, at least one.</param>
    /// <param name="validation">Pairs to measure on; may be empty.</param>
    /// <param name="options">Batching. Default: 2048 tokens a batch, sources and targets together.</param>
    /// <exception cref="ArgumentException">A side of a pair is empty, a pair has more tokens than a batch, or there is none to learn from.</exception>
    public SequencePairDataset(IEnumerable<SequencePair> training, IEnumerable<SequencePair> validation, LengthBatchingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new LengthBatchingOptions();
        SequencePair[] learned = [.. training];
        SequencePair[] measured = [.. validation];
        if (learned.Length == 0)
        {
            throw new ArgumentException("There is no pair to learn from.", nameof(training));
        }

        var hash = new StableHash();
        foreach (SequencePair pair in learned.Concat(measured))
        {
            if (pair.Source.IsEmpty || pair.Target.IsEmpty)
            {
                throw new ArgumentException($"A pair has a source of {pair.Source.Length} tokens and a target of {pair.Target.Length}; both need one.", nameof(training));
            }

            options.Require(pair.Source.Length + pair.Target.Length, nameof(training));
            MaximumSourceLength = Math.Max(MaximumSourceLength, pair.Source.Length);
            MaximumTargetLength = Math.Max(MaximumTargetLength, pair.Target.Length);
            hash.Add(pair.Source.Length);
            hash.Add(pair.Source.Span);
            hash.Add(pair.Target.Span);
        }

        Fingerprint = string.Create(
            CultureInfo.InvariantCulture, $"pairs {learned.Length}+{measured.Length} {hash.Value:x16} tokens {options.TokensPerBatch} seed {options.Seed}");
        _training = Batches(learned, options);
        _validation = Batches(measured, options);
    }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <inheritdoc />
    public int MaximumLength => Math.Max(MaximumSourceLength, MaximumTargetLength);

    /// <summary>Longest source, in tokens.</summary>
    public int MaximumSourceLength { get; }

    /// <summary>Longest target, in tokens.</summary>
    public int MaximumTargetLength { get; }

    /// <summary>Batches of the first epoch; later ones differ by a few.</summary>
    public int BatchesPerEpoch => _training.BatchesPerEpoch;

    /// <inheritdoc />
    public IReadOnlyList<SequencePair> GetTrainingBatch(long index) => _training.At(index);

    /// <inheritdoc />
    public IEnumerable<IReadOnlyList<SequencePair>> GetValidationBatches(int maximum) => _validation.Sample(maximum);

    private static LengthBatches<SequencePair> Batches(SequencePair[] pairs, LengthBatchingOptions options) =>
        new(pairs, pair => new RowSize(pair.Source.Length + pair.Target.Length, pair.Source.Length, pair.Target.Length), options.TokensPerBatch, options.Seed);
}
