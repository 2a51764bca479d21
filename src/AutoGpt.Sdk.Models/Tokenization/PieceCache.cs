using System.Collections.Concurrent;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The ids of pieces met before: most of a text is few words. Holds a bounded number of short pieces, the first that came, some 10 MiB at most. Thread-safe.
/// </summary>
internal sealed class PieceCache
{
    private const int MaximumPieces = 1 << 16;
    private const int LongestPiece = 48;

    private readonly ConcurrentDictionary<string, int[]> _ids;
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _count;

    public PieceCache()
    {
        _ids = new ConcurrentDictionary<string, int[]>(StringComparer.Ordinal);
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool TryGet(ReadOnlySpan<char> piece, out ReadOnlySpan<int> ids)
    {
        bool found = _lookup.TryGetValue(piece, out int[]? known);
        ids = known;
        return found;
    }

    public void Add(ReadOnlySpan<char> piece, ReadOnlySpan<int> ids)
    {
        if (piece.Length <= LongestPiece && Volatile.Read(ref _count) < MaximumPieces && _lookup.TryAdd(piece, ids.ToArray()))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
