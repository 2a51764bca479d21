using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Single precision to and from the blocks of GGUF's Q8_0 and Q4_0, by the rules of the reference quantiser of ggml.</summary>
public static class BlockQuantizer
{
    /// <summary>Bytes of a block of 32 weights.</summary>
    /// <param name="format">Q8 or Q4.</param>
    public static int BlockBytes(CudaWeightFormat format) => format switch
    {
        CudaWeightFormat.Q8 => 34,
        CudaWeightFormat.Q4 => 18,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Only quantised weights come in blocks."),
    };

    /// <summary>Quantises.</summary>
    /// <param name="format">Q8 or Q4.</param>
    /// <param name="values">A multiple of 32.</param>
    /// <param name="blocks">Receives the blocks.</param>
    public static void Quantize(CudaWeightFormat format, ReadOnlySpan<float> values, Span<byte> blocks)
    {
        int size = BlockBytes(format);
        for (int block = 0; block < values.Length / CudaWeightLayout.BlockSize; block++)
        {
            ReadOnlySpan<float> source = values.Slice(block * CudaWeightLayout.BlockSize, CudaWeightLayout.BlockSize);
            Span<byte> target = blocks.Slice(block * size, size);
            // The value of the largest magnitude takes the end of the range: 127 either way, or −8, which has no opposite.
            float largest = TensorPrimitives.MaxMagnitude(source);
            float scale = format == CudaWeightFormat.Q8 ? Math.Abs(largest) / 127 : largest / -8;
            float inverse = scale == 0 ? 0 : 1 / scale;
            BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
            for (int index = 0; index < CudaWeightLayout.BlockSize; index++)
            {
                if (format == CudaWeightFormat.Q8)
                {
                    target[2 + index] = (byte)(sbyte)MathF.Round(source[index] * inverse, MidpointRounding.AwayFromZero);
                }
                else
                {
                    int nibble = Math.Min(15, (int)((source[index] * inverse) + 8.5f));
                    ref byte pair = ref target[2 + (index % 16)];
                    pair = (byte)(index < 16 ? nibble : pair | (nibble << 4));
                }
            }
        }
    }

    /// <summary>The weights that blocks stand for.</summary>
    /// <param name="format">Q8 or Q4.</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="values">Receives 32 a block.</param>
    public static void Dequantize(CudaWeightFormat format, ReadOnlySpan<byte> blocks, Span<float> values)
    {
        int size = BlockBytes(format);
        for (int index = 0; index < values.Length; index++)
        {
            ReadOnlySpan<byte> block = blocks.Slice(index / CudaWeightLayout.BlockSize * size, size);
            int place = index % CudaWeightLayout.BlockSize;
            int quantum = format == CudaWeightFormat.Q8
                ? (sbyte)block[2 + place]
                : ((block[2 + (place % 16)] >> (place < 16 ? 0 : 4)) & 15) - 8;
            values[index] = quantum * (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        }
    }
}
