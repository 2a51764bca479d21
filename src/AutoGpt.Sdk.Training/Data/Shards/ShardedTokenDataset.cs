using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Tokens in files of any size, read as rows that lie side by side: each epoch sees each row once in an order of its own, and a batch is a function of its number alone, so that a run goes on exactly
/// where it was. The files are mapped, not loaded: of memory it takes what the system spares. Thread-safe until disposed.
/// </summary>
/// <remarks>
/// A row may begin inside one example and end inside another. Like <see cref="ExamplePacker"/>, it does not ask to foresee the first token of an example, and attention reaches from one example to those
/// before it in the row. The last row is moved back to end with the last token, so that none is left out; a row in which nothing counts is passed over for the next.
/// </remarks>
public sealed class ShardedTokenDataset : IBatchSource, IDisposable
{
    private readonly TokenShardFolder _training;
    private readonly TokenShardFolder? _validation;
    private readonly ShardedTokenDatasetOptions _options;

    /// <summary>Opens shards.</summary>
    /// <param name="training">The folder to learn from.</param>
    /// <param name="validation">The folder to measure on; null for none. Default null.</param>
    /// <param name="options">Default: 8 rows of 256.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there are fewer tokens than a row and its last target have.</exception>
    /// <exception cref="DatasetException">There is no shard, or one is damaged.</exception>
    public ShardedTokenDataset(string training, string? validation = null, ShardedTokenDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(training);
        _options = options ?? new ShardedTokenDatasetOptions();
        _options.Validate();
        _training = new TokenShardFolder(training);
        try
        {
            _validation = validation is null ? null : new TokenShardFolder(validation);
            Require(_training, training);
            if (_validation is not null)
            {
                Require(_validation, validation!);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Fingerprint = string.Create(
            CultureInfo.InvariantCulture,
            $"shards {_training.Tokens}+{_validation?.Tokens ?? 0} {_training.Hash:x16} {_validation?.Hash ?? 0:x16} block {_options.BlockLength} batch {_options.BatchSize} seed {_options.Seed}");
    }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <inheritdoc />
    public int MaximumLength => _options.BlockLength;

    /// <summary>Tokens to learn from.</summary>
    public long TrainingTokens => _training.Tokens;

    /// <summary>Tokens held out.</summary>
    public long ValidationTokens => _validation?.Tokens ?? 0;

    /// <summary>Size of the vocabulary that the shards were written for.</summary>
    public int VocabularySize => Math.Max(_training.VocabularySize, _validation?.VocabularySize ?? 0);

    /// <summary>Rows of an epoch.</summary>
    public long RowsPerEpoch => Rows(_training);

    /// <inheritdoc />
    public TokenBatch GetTrainingBatch(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        long rows = RowsPerEpoch;
        return Batch(_training, Enumerable.Range(0, _options.BatchSize).Select(row =>
        {
            (long epoch, long place) = Math.DivRem(checked((index * _options.BatchSize) + row), rows);
            return new IndexPermutation(rows, _options.Seed, epoch)[place];
        }));
    }

    /// <inheritdoc />
    public IEnumerable<TokenBatch> GetValidationBatches(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        if (_validation is null)
        {
            return [];
        }

        // As many rows as were asked for, or as there are, evenly over the held-out tokens.
        long rows = Rows(_validation);
        int count = (int)Math.Min(rows, (long)maximum * _options.BatchSize);
        return Enumerable.Range(0, count).Chunk(_options.BatchSize).Select(batch => Batch(_validation, batch.Select(row => count == 1 ? 0 : (long)((Int128)row * (rows - 1) / (count - 1)))));
    }

    /// <summary>Closes the files. Batches that were given out stay.</summary>
    public void Dispose()
    {
        _training.Dispose();
        _validation?.Dispose();
    }

    private long Rows(TokenShardFolder folder) => (folder.Tokens - 2) / _options.BlockLength + 1;

    private TokenBatch Batch(TokenShardFolder folder, IEnumerable<long> rows)
    {
        List<uint[]> read = [.. rows.Select(row => Row(folder, row))];
        int length = _options.BlockLength;
        int[] ids = new int[read.Count * length];
        int[] targets = new int[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            uint[] row = read[i / length];
            uint next = row[(i % length) + 1];
            ids[i] = TokenShards.Id(row[i % length]);
            targets[i] = TokenShards.IsLearned(next) ? TokenShards.Id(next) : TokenBatch.Ignored;
        }

        return new TokenBatch(read.Count, length, ids, targets);
    }

    // A row and its last target; where nothing counts in it, the next in which something does.
    private uint[] Row(TokenShardFolder folder, long row)
    {
        long rows = Rows(folder);
        uint[] tokens = new uint[_options.BlockLength + 1];
        for (long tried = 0; tried < rows; tried++)
        {
            folder.Read(Math.Min((row + tried) % rows * _options.BlockLength, folder.Tokens - tokens.Length), tokens);
            if (tokens.AsSpan(1).ContainsAnyInRange(0u, (uint)int.MaxValue))
            {
                return tokens;
            }
        }

        throw new InvalidOperationException("No token of the shards counts.");
    }

    private void Require(TokenShardFolder folder, string path)
    {
        if (folder.Tokens < _options.BlockLength + 1)
        {
            throw new ArgumentException($"'{path}' has {folder.Tokens} tokens; a row of {_options.BlockLength} and its last target need {_options.BlockLength + 1}. Give more text or a shorter block.", nameof(path));
        }

        if (folder.Learned == 0)
        {
            throw new DatasetException(new RecordPlace(path, 0), "none of the tokens is to be foreseen: there is nothing to learn.");
        }
    }
}
