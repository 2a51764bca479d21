using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Rows of different lengths side by side.</summary>
internal static class PaddedRows
{
    /// <summary><c>[rows, longest]</c>, 64-bit, padded at the end with 0; and each row's length, <c>[rows]</c>.</summary>
    public static (Tensor Ids, Tensor Lengths) Create(IReadOnlyList<ReadOnlyMemory<int>> rows, Device device)
    {
        int longest = rows.Max(row => row.Length);
        long[] ids = new long[rows.Count * longest];
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<int> from = rows[row].Span;
            for (int i = 0; i < from.Length; i++)
            {
                ids[(row * longest) + i] = from[i];
            }
        }

        return (tensor(ids, [rows.Count, longest], device: device), tensor(rows.Select(row => (long)row.Length).ToArray(), device: device));
    }
}
