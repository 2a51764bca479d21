using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Single-precision weights as GGML's Q8_0, by the rule of its reference quantiser.</summary>
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
        for (int row = 0; row < rows; row++)
        {
            for (int block = 0; block < blocks; block++)
            {
                int length = Math.Min(BlockSize, columns - (block * BlockSize));
                ReadOnlySpan<float> source = values.Slice((row * columns) + (block * BlockSize), length);
                Span<byte> target = result.AsSpan(((row * blocks) + block) * 34, 34);
                float scale = MathF.Abs(TensorPrimitives.MaxMagnitude(source)) / 127;
                float inverse = scale == 0 ? 0 : 1 / scale;
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
                for (int index = 0; index < length; index++)
                {
                    target[2 + index] = (byte)(sbyte)MathF.Round(source[index] * inverse, MidpointRounding.AwayFromZero);
                }
            }
        }

        return result;
    }
}
