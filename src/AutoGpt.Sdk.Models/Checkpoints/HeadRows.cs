namespace AutoGpt.Sdk.Models;

/// <summary>
/// The rows of queries and keys that are rotated together: rows i and i + size/2 of a head in this library, neighbours in GGUF files of the architecture <c>llama</c>. Rows are
/// whole blocks, so quantised ones move as they are.
/// </summary>
internal static class HeadRows
{
    /// <summary>From neighbours to halves.</summary>
    /// <param name="rows">Whole heads.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="headSize">Rows of a head, even.</param>
    public static byte[] Pair(ReadOnlySpan<byte> rows, int rowBytes, int headSize) =>
        Move(rows, rowBytes, headSize, row => row < headSize / 2 ? 2 * row : (2 * (row - (headSize / 2))) + 1);

    /// <summary>From halves to neighbours.</summary>
    /// <param name="rows">Whole heads.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="headSize">Rows of a head, even.</param>
    public static byte[] Interleave(ReadOnlySpan<byte> rows, int rowBytes, int headSize) =>
        Move(rows, rowBytes, headSize, row => (row / 2) + (row % 2 * (headSize / 2)));

    private static byte[] Move(ReadOnlySpan<byte> rows, int rowBytes, int headSize, Func<int, int> from)
    {
        byte[] moved = new byte[rows.Length];
        for (int start = 0; start < moved.Length; start += headSize * rowBytes)
        {
            for (int row = 0; row < headSize; row++)
            {
                rows.Slice(start + (from(row) * rowBytes), rowBytes).CopyTo(moved.AsSpan(start + (row * rowBytes)));
            }
        }

        return moved;
    }
}
