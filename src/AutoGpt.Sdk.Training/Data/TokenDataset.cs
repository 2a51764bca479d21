using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// A text as one row of tokens, split by position: training batches are windows at random places of the first part, validation batches evenly spaced
/// windows of the rest. Thread-safe.
/// </summary>
public sealed class TokenDataset : IBatchSource
{
    private readonly ReadOnlyMemory<int> _training;
    private readonly ReadOnlyMemory<int> _validation;
    private readonly TokenDatasetOptions _options;

    /// <summary>Creates the data set.</summary>
    /// <param name="ids">The tokens; they must not change.</param>
    /// <param name="options">Split, window and batch. Default: the last tenth held out, 8 windows of 256.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a part is shorter than a window and its last target.</exception>
    public TokenDataset(ReadOnlyMemory<int> ids, TokenDatasetOptions? options = null)
    {
        _options = options ?? new TokenDatasetOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BlockLength, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1, nameof(options));
        if (_options.ValidationShare is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), _options.ValidationShare, "The validation share must be at least 0 and below 1.");
        }

        int training = (int)(ids.Length * (1 - _options.ValidationShare));
        _training = ids[..training];
        _validation = ids[training..];
        Require(_training.Length, "training");
        if (_options.ValidationShare > 0)
        {
            Require(_validation.Length, "validation");
        }

        var hash = new StableHash();
        hash.Add(ids.Span);
        Fingerprint = string.Create(
            CultureInfo.InvariantCulture,
            $"tokens {ids.Length} {hash.Value:x16} block {_options.BlockLength} batch {_options.BatchSize} validation {_options.ValidationShare:r} seed {_options.Seed}");
    }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <inheritdoc />
    public int MaximumLength => _options.BlockLength;

    /// <summary>Tokens to learn from.</summary>
    public int TrainingTokens => _training.Length;

    /// <summary>Tokens held out.</summary>
    public int ValidationTokens => _validation.Length;

    /// <inheritdoc />
    public TokenBatch GetTrainingBatch(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = new SplitMix64(_options.Seed, index);
        return Cut(_training.Span, _options.BatchSize, _ => random.Next(_training.Length - _options.BlockLength));
    }

    /// <inheritdoc />
    public IEnumerable<TokenBatch> GetValidationBatches(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        if (_validation.Length == 0)
        {
            yield break;
        }

        // As many windows as were asked for, or as many as there are without overlap, over the whole held-out part.
        int places = _validation.Length - _options.BlockLength;
        int windows = (int)Math.Min((long)maximum * _options.BatchSize, Math.Max(1, (_validation.Length - 1) / _options.BlockLength));
        for (int first = 0; first < windows; first += _options.BatchSize)
        {
            int offset = first;
            yield return Cut(
                _validation.Span, Math.Min(_options.BatchSize, windows - first), row => windows == 1 ? 0 : (int)((long)(offset + row) * (places - 1) / (windows - 1)));
        }
    }

    private TokenBatch Cut(ReadOnlySpan<int> source, int rows, Func<int, int> start)
    {
        int length = _options.BlockLength;
        int[] ids = new int[rows * length];
        int[] targets = new int[rows * length];
        for (int row = 0; row < rows; row++)
        {
            int place = start(row);
            source.Slice(place, length).CopyTo(ids.AsSpan(row * length));
            source.Slice(place + 1, length).CopyTo(targets.AsSpan(row * length));
        }

        return new TokenBatch(rows, length, ids, targets);
    }

    private void Require(int tokens, string part)
    {
        if (tokens < _options.BlockLength + 1)
        {
            throw new ArgumentException(
                $"The {part} part has {tokens} tokens; a window of {_options.BlockLength} and its last target need {_options.BlockLength + 1}. Give more text or a shorter block.", nameof(tokens));
        }
    }
}
