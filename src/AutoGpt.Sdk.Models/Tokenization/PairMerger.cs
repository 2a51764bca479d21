namespace AutoGpt.Sdk.Models;

/// <summary>
/// Merges neighbours: always the pair of the lowest rank, of equals the leftmost, until none is left. n log n in the number of symbols. Immutable and
/// thread-safe.
/// </summary>
internal sealed class PairMerger
{
    // Up to here looking through all pairs again and again is quicker than a heap.
    private const int Short = 64;

    private readonly Dictionary<long, (int Rank, int Id)> _merges;

    /// <param name="merges">Pairs, each once; ranks need not differ.</param>
    public PairMerger(IReadOnlyCollection<(int Left, int Right, int Rank, int Result)> merges)
    {
        _merges = new Dictionary<long, (int, int)>(merges.Count);
        foreach ((int left, int right, int rank, int result) in merges)
        {
            _merges.Add(Pair(left, right), (rank, result));
        }
    }

    /// <summary>A pair as one number.</summary>
    public static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>Merges in place.</summary>
    /// <param name="symbols">Ids.</param>
    /// <returns>How many are left; they stand at the beginning.</returns>
    public int Merge(Span<int> symbols) => symbols.IsEmpty ? 0 : symbols.Length <= Short ? MergeShort(symbols) : MergeLong(symbols);

    private int MergeShort(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<int> ranks = stackalloc int[Short];
        Span<int> results = stackalloc int[Short];
        for (int i = 0; i + 1 < count; i++)
        {
            (ranks[i], results[i]) = Find(symbols[i], symbols[i + 1]);
        }

        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i + 1 < count; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == int.MaxValue)
            {
                break;
            }

            symbols[best] = results[best];
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            results[(best + 1)..(count - 1)].CopyTo(results[best..]);
            count--;
            if (best + 1 < count)
            {
                (ranks[best], results[best]) = Find(symbols[best], symbols[best + 1]);
            }

            if (best > 0)
            {
                (ranks[best - 1], results[best - 1]) = Find(symbols[best - 1], symbols[best]);
            }
        }

        return count;
    }

    private int MergeLong(Span<int> symbols)
    {
        var chain = new Symbol[symbols.Length];
        var heap = new PriorityQueue<(int Position, int Left, int Right, int Id), long>();
        for (int i = 0; i < chain.Length; i++)
        {
            chain[i] = new Symbol(symbols[i], i - 1, i + 1 < chain.Length ? i + 1 : -1);
        }

        for (int i = 0; i < chain.Length - 1; i++)
        {
            Enqueue(i);
        }

        while (heap.TryDequeue(out (int Position, int Left, int Right, int Id) merge, out _))
        {
            ref Symbol left = ref chain[merge.Position];
            if (left.Merged || left.Id != merge.Left || left.Next < 0 || chain[left.Next].Id != merge.Right)
            {
                continue; // One of the two has become part of another token since.
            }

            ref Symbol right = ref chain[left.Next];
            (left.Id, left.Next, right.Merged) = (merge.Id, right.Next, true);
            if (left.Next >= 0)
            {
                chain[left.Next].Previous = merge.Position;
                Enqueue(merge.Position);
            }

            if (left.Previous >= 0)
            {
                Enqueue(left.Previous);
            }
        }

        int count = 0;
        for (int i = 0; i >= 0; i = chain[i].Next)
        {
            symbols[count++] = chain[i].Id;
        }

        return count;

        void Enqueue(int position)
        {
            (int left, int right) = (chain[position].Id, chain[chain[position].Next].Id);
            (int rank, int id) = Find(left, right);
            if (rank != int.MaxValue)
            {
                heap.Enqueue((position, left, right, id), Pair(rank, position));
            }
        }
    }

    private (int Rank, int Id) Find(int left, int right) =>
        _merges.TryGetValue(Pair(left, right), out (int Rank, int Id) merge) ? merge : (int.MaxValue, -1);

    private record struct Symbol(int Id, int Previous, int Next, bool Merged = false);
}
