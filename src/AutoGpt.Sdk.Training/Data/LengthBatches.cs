namespace AutoGpt.Sdk.Training;

/// <summary>How large a row is in a batch.</summary>
/// <param name="Order">By which rows are sorted.</param>
/// <param name="First">Tokens of the row, rounded up as they will be.</param>
/// <param name="Second">Tokens of what belongs to the row, such as a translation; else 0.</param>
internal readonly record struct RowSize(int Order, int First, int Second = 0)
{
    public int Total => First + Second;
}

/// <summary>
/// Rows of similar length share a batch, so that little is padding; every epoch sees each row once in a new order. A batch is a function of its number. Thread-safe.
/// </summary>
/// <param name="items">The rows.</param>
/// <param name="size">How large one is; in total at most <paramref name="tokensPerBatch"/>.</param>
/// <param name="tokensPerBatch">Tokens of a batch, padding included.</param>
/// <param name="seed">Seed of the order.</param>
internal sealed class LengthBatches<TItem>(IReadOnlyList<TItem> items, Func<TItem, RowSize> size, int tokensPerBatch, long seed)
{
    // Rows that are sorted together: enough for batches of even lengths, few enough for the order to stay random.
    private const int BatchesPerPool = 32;

    private readonly RowSize[] _sizes = [.. items.Select(size)];
    private readonly Lock _gate = new();
    private Epoch? _epoch;

    /// <summary>Batches of the first epoch; later ones differ by a few.</summary>
    public int BatchesPerEpoch => Plan(0).Length;

    /// <summary>A batch of the endless row of epochs.</summary>
    public TItem[] At(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        lock (_gate)
        {
            if (_epoch is null || index < _epoch.First)
            {
                _epoch = new Epoch(0, 0, Plan(0));
            }

            while (index >= _epoch.First + _epoch.Batches.Length)
            {
                _epoch = new Epoch(_epoch.Number + 1, _epoch.First + _epoch.Batches.Length, Plan(_epoch.Number + 1));
            }

            return Rows(_epoch.Batches[index - _epoch.First]);
        }
    }

    /// <summary>Batches of a fixed shuffle: any number of them is a fair sample.</summary>
    public IEnumerable<TItem[]> Sample(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        return items.Count == 0 ? [] : Plan(-1).Take(maximum).Select(Rows);
    }

    private TItem[] Rows(int[] batch) => Array.ConvertAll(batch, row => items[row]);

    private int[][] Plan(long epoch)
    {
        var random = new SplitMix64(seed, epoch);
        int[] order = [.. Enumerable.Range(0, items.Count)];
        random.Shuffle<int>(order);
        int pool = Math.Max(1, (int)(BatchesPerPool * tokensPerBatch / _sizes.Average(row => row.Total)));
        var batches = new List<int[]>();
        foreach (int[] chunk in order.Chunk(pool))
        {
            var batch = new List<int>();
            (int First, int Second) widest = (0, 0);
            foreach (int row in chunk.OrderBy(index => _sizes[index].Order))
            {
                (int First, int Second) wider = (Math.Max(widest.First, _sizes[row].First), Math.Max(widest.Second, _sizes[row].Second));
                if (batch.Count > 0 && (batch.Count + 1) * (wider.First + wider.Second) > tokensPerBatch)
                {
                    batches.Add([.. batch]);
                    batch.Clear();
                    wider = (_sizes[row].First, _sizes[row].Second);
                }

                batch.Add(row);
                widest = wider;
            }

            batches.Add([.. batch]);
        }

        int[][] shuffled = [.. batches];
        random.Shuffle<int[]>(shuffled);
        return shuffled;
    }

    private sealed record Epoch(long Number, long First, int[][] Batches);
}
