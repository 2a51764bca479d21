using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>A text and the class it belongs to.</summary>
/// <param name="Ids">The text's tokens, at least 1.</param>
/// <param name="Class">The class, from 0.</param>
public sealed record LabelledExample(ReadOnlyMemory<int> Ids, int Class);

/// <summary>Texts and the classes they belong to. Thread-safe.</summary>
public sealed class ClassificationDataset : IBatchSource<IReadOnlyList<LabelledExample>>
{
    private readonly LengthBatches<LabelledExample> _training;
    private readonly LengthBatches<LabelledExample> _validation;

    /// <summary>Creates the data set.</summary>
    /// <param name="training">Examples to learn from, at least one.</param>
    /// <param name="validation">Examples to measure on; may be empty.</param>
    /// <param name="options">Batching. Default: 2048 tokens a batch.</param>
    /// <exception cref="ArgumentException">An example is empty, has more tokens than a batch or a class below 0, or there is none to learn from.</exception>
    public ClassificationDataset(IEnumerable<LabelledExample> training, IEnumerable<LabelledExample> validation, LengthBatchingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new LengthBatchingOptions();
        LabelledExample[] learned = [.. training];
        LabelledExample[] measured = [.. validation];
        if (learned.Length == 0)
        {
            throw new ArgumentException("There is no example to learn from.", nameof(training));
        }

        var hash = new StableHash();
        foreach (LabelledExample example in learned.Concat(measured))
        {
            if (example.Ids.IsEmpty || example.Class < 0)
            {
                throw new ArgumentException($"An example has {example.Ids.Length} tokens and the class {example.Class}; it needs a token and a class from 0.", nameof(training));
            }

            options.Require(example.Ids.Length, nameof(training));
            MaximumLength = Math.Max(MaximumLength, example.Ids.Length);
            Classes = Math.Max(Classes, example.Class + 1);
            hash.Add(example.Class);
            hash.Add(example.Ids.Span);
        }

        Fingerprint = string.Create(
            CultureInfo.InvariantCulture, $"classes {learned.Length}+{measured.Length} {hash.Value:x16} tokens {options.TokensPerBatch} seed {options.Seed}");
        _training = Batches(learned, options);
        _validation = Batches(measured, options);
    }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <inheritdoc />
    public int MaximumLength { get; }

    /// <summary>The highest class and one more.</summary>
    public int Classes { get; }

    /// <summary>Batches of the first epoch; later ones differ by a few.</summary>
    public int BatchesPerEpoch => _training.BatchesPerEpoch;

    /// <inheritdoc />
    public IReadOnlyList<LabelledExample> GetTrainingBatch(long index) => _training.At(index);

    /// <inheritdoc />
    public IEnumerable<IReadOnlyList<LabelledExample>> GetValidationBatches(int maximum) => _validation.Sample(maximum);

    private static LengthBatches<LabelledExample> Batches(LabelledExample[] examples, LengthBatchingOptions options) =>
        new(examples, example => new RowSize(example.Ids.Length, example.Ids.Length), options.TokensPerBatch, options.Seed);
}
