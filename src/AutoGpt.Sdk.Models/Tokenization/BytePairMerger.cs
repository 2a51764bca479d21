namespace AutoGpt.Sdk.Models;

/// <summary>
/// Merges the bytes of a piece into tokens: always the pair of the lowest rank, the leftmost first. Short pieces are scanned, long ones go through a heap,
/// so that a run of a million letters takes n log n steps. Immutable.
/// </summary>
internal sealed class BytePairMerger
{
    private const int Scanned = 48;

    private readonly Dictionary<long, (int Rank, int Id)> _merges;
    private readonly int[] _byteIds;

    public BytePairMerger(int[] byteIds, IReadOnlyList<(int Left, int Right, int Result)> merges)
    {
        _byteIds = byteIds;
        _merges = new Dictionary<long, (int, int)>(merges.Count);
        for (int rank = 0; rank < merges.Count; rank++)
        {
            _merges.Add(Pair(merges[rank].Left, merges[rank].Right), (rank, merges[rank].Result));
        }
    }

    public static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    public void Encode(ReadOnlySpan<byte> piece, List<int> ids)
    {
        if (piece.Length <= Scanned)
        {
            Scan(piece, ids);
        }
        else
        {
            MergeByHeap(piece, ids);
        }
    }

    private void Scan(ReadOnlySpan<byte> piece, List<int> ids)
    {
        Span<int> symbols = stackalloc int[Scanned];
        Span<(int Rank, int Id)> merges = stackalloc (int, int)[Scanned];
        int count = piece.Length;
        for (int i = 0; i < count; i++)
        {
            symbols[i] = _byteIds[piece[i]];
        }

        for (int i = 0; i < count - 1; i++)
        {
            merges[i] = Find(symbols[i], symbols[i + 1]);
        }

        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
            {
                best = merges[i].Rank < merges[best].Rank ? i : best;
            }

            if (merges[best].Rank == int.MaxValue)
            {
                break;
            }

            symbols[best] = merges[best].Id;
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            merges[(best + 1)..(count - 1)].CopyTo(merges[best..]);
            count--;
            if (best < count - 1)
            {
                merges[best] = Find(symbols[best], symbols[best + 1]);
            }

            if (best > 0)
            {
                merges[best - 1] = Find(symbols[best - 1], symbols[best]);
            }
        }

        ids.AddRange(symbols[..count]);
    }

    private void MergeByHeap(ReadOnlySpan<byte> piece, List<int> ids)
    {
        var symbols = new Symbol[piece.Length];
        var heap = new PriorityQueue<(int Position, int Left, int Right, int Id), (int Rank, int Position)>();
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = new Symbol(_byteIds[piece[i]], i - 1, i + 1 < symbols.Length ? i + 1 : -1);
        }

        for (int i = 0; i < symbols.Length - 1; i++)
        {
            Enqueue(i);
        }

        while (heap.TryDequeue(out (int Position, int Left, int Right, int Id) merge, out _))
        {
            ref Symbol left = ref symbols[merge.Position];
            if (left.Id != merge.Left || left.Next < 0 || symbols[left.Next].Id != merge.Right)
            {
                continue; // One of the two has become part of another token since.
            }

            ref Symbol right = ref symbols[left.Next];
            (left.Id, left.Next, right.Id) = (merge.Id, right.Next, -1);
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = merge.Position;
                Enqueue(merge.Position);
            }

            if (left.Previous >= 0)
            {
                Enqueue(left.Previous);
            }
        }

        for (int i = 0; i >= 0; i = symbols[i].Next)
        {
            ids.Add(symbols[i].Id);
        }

        void Enqueue(int position)
        {
            (int left, int right) = (symbols[position].Id, symbols[symbols[position].Next].Id);
            (int rank, int id) = Find(left, right);
            if (rank != int.MaxValue)
            {
                heap.Enqueue((position, left, right, id), (rank, position));
            }
        }
    }

    private (int Rank, int Id) Find(int left, int right) =>
        _merges.TryGetValue(Pair(left, right), out (int Rank, int Id) merge) ? merge : (int.MaxValue, -1);

    private record struct Symbol(int Id, int Previous, int Next);
}
