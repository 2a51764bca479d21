using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>How often each piece of a corpus occurs, in order of first appearance.</summary>
internal sealed class PieceCounter(TextSplitter splitter) : TextSplitter.IPieceSink
{
    // A run of thousands of letters is no word to learn from, and each merge in it costs its length.
    private const int LongestPiece = 1024;

    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<long> _counts = [];

    public void Count(ReadOnlySpan<char> text)
    {
        PieceCounter self = this;
        splitter.Split(text, ref self);
    }

    public void Piece(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestPiece)
        {
            return;
        }

        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out int index))
        {
            index = _counts.Count;
            lookup[text] = index;
            _counts.Add(0);
        }

        _counts[index]++;
    }

    public void Atomic(int id)
    {
    }

    /// <summary>The pieces of at least two bytes.</summary>
    public IEnumerable<(byte[] Bytes, long Count)> Pieces() =>
        _indices.Select(piece => (Bytes: Encoding.UTF8.GetBytes(piece.Key), Count: _counts[piece.Value])).Where(piece => piece.Bytes.Length > 1);
}
