namespace AutoGpt.Sdk.Kernels;

/// <summary>Single-precision weights as GGML's Q8_0, by the rule of its reference quantiser, in rows of whole blocks.</summary>
public static class ByteQuantizer
{
    private const int BlockSize = 32;

    /// <summary>Quantises a matrix; a row's last block is filled up with zeros.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="values"><c>[rows, columns]</c>.</param>
    /// <returns>Rows of <see cref="WeightFormats.RowBytes"/> bytes.</returns>
    public static byte[] Quantize(int rows, int columns, ReadOnlySpan<float> values)
    {
        int blocks = (columns + BlockSize - 1) / BlockSize;
        byte[] result = new byte[(long)rows * blocks * 34];
        float[] padded = new float[blocks * BlockSize];
        for (int row = 0; row < rows; row++)
        {
            values.Slice(row * columns, columns).CopyTo(padded);
            WeightBlocks.Encode(WeightFormat.Q8_0, padded, result.AsSpan(row * blocks * 34, blocks * 34));
        }

        return result;
    }
}
