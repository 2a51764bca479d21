namespace AutoGpt.Sdk.Training;

/// <summary>Rows of tokens and what is to follow each of them.</summary>
public sealed record TokenBatch
{
    /// <summary>A target that does not count: padding, or a token of the prompt.</summary>
    public const int Ignored = -100;

    /// <summary>Creates a batch.</summary>
    /// <param name="rows">Sequences, at least 1.</param>
    /// <param name="length">Tokens per sequence, at least 1.</param>
    /// <param name="ids">The tokens, <c>[rows, length]</c>, padded at the end of a row with any id.</param>
    /// <param name="targets">The token after each, <c>[rows, length]</c>; <see cref="Ignored"/> where the loss is not to count.</param>
    /// <exception cref="ArgumentException">A size is wrong, or no target counts.</exception>
    public TokenBatch(int rows, int length, int[] ids, int[] targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(targets);
        if (ids.Length != rows * length || targets.Length != ids.Length)
        {
            throw new ArgumentException($"{rows} rows of {length} need {rows * length} ids and targets; there are {ids.Length} and {targets.Length}.", nameof(ids));
        }

        TargetCount = targets.Length - targets.Count(target => target == Ignored);
        if (TargetCount == 0)
        {
            throw new ArgumentException("No target counts: there is nothing to learn from this batch.", nameof(targets));
        }

        Rows = rows;
        Length = length;
        Ids = ids;
        Targets = targets;
        Lengths = [.. Enumerable.Repeat(length, rows)];
    }

    /// <summary>Sequences.</summary>
    public int Rows { get; }

    /// <summary>Tokens per sequence, padding included.</summary>
    public int Length { get; }

    /// <summary>The tokens, <c>[rows, length]</c>.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The token after each, <c>[rows, length]</c>; <see cref="Ignored"/> where it does not count.</summary>
    public IReadOnlyList<int> Targets { get; }

    /// <summary>Targets that count.</summary>
    public int TargetCount { get; }

    /// <summary>Tokens of each row, without padding; from 1 to <see cref="Length"/>. Default: no row is padded.</summary>
    public IReadOnlyList<int> Lengths { get; init; }

    /// <summary>Tokens without padding, for counting speed.</summary>
    public int TokenCount => Lengths.Sum();
}
