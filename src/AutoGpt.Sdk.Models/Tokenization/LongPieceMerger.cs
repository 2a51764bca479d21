namespace AutoGpt.Sdk.Models;

/// <summary>
/// Merges the bytes of a long piece into tokens: always the pair of the lowest rank, the leftmost first, through a heap, so that a run of a million
/// letters takes n log n steps. Immutable.
/// </summary>
internal sealed class LongPieceMerger
{
    /// <summary>Characters of a piece up to which a quadratic merger is quick enough.</summary>
    public const int LongerThan = 2048;

    private readonly Dictionary<long, (int Rank, int Id)> _merges;
    private readonly int[] _byteIds;

    public LongPieceMerger(int[] byteIds, IReadOnlyList<(int Left, int Right, int Result)> merges)
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
