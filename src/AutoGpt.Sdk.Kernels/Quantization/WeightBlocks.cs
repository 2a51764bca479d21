using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Single-precision weights to and from the bytes that files have them in (https://github.com/ggml-org/ggml, ggml-common.h for the layouts). What is quantised is quantised by
/// the rules of GGML's reference quantisers, in their order and their precision, so that the bytes are those of <c>llama_model_quantize</c> on a processor without fused
/// multiplication and addition in that code (x64). Thread-safe; a block's bytes depend on its own weights alone.
/// </summary>
public static class WeightBlocks
{
    /// <summary>Encodes whole blocks. F16 and BF16 are rounded to the nearest, ties to even.</summary>
    /// <param name="format">The format.</param>
    /// <param name="values">Finite weights, a multiple of <see cref="WeightFormats.BlockLength"/>. One too large for F16, or for a block's half-precision scale, becomes infinite.</param>
    /// <param name="blocks">Receives <see cref="WeightFormats.BlockBytes"/> a block.</param>
    /// <exception cref="ArgumentException">The weights are not whole blocks, or the destination has another size.</exception>
    public static void Encode(WeightFormat format, ReadOnlySpan<float> values, Span<byte> blocks)
    {
        (int length, int bytes) = Sizes(format, values.Length, blocks.Length);
        switch (format)
        {
            case WeightFormat.F32:
                MemoryMarshal.AsBytes(values).CopyTo(blocks);
                return;
            case WeightFormat.F16:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(blocks));
                return;
            case WeightFormat.BF16:
                Narrow(MemoryMarshal.Cast<float, uint>(values), MemoryMarshal.Cast<byte, ushort>(blocks));
                return;
        }

        for (; !values.IsEmpty; values = values[length..], blocks = blocks[bytes..])
        {
            ReadOnlySpan<float> source = values[..length];
            Span<byte> block = blocks[..bytes];
            switch (format)
            {
                case WeightFormat.Q8_0: SmallBlockEncoder.EncodeQ8_0(source, block); break;
                case WeightFormat.Q4_0: SmallBlockEncoder.EncodeQ4_0(source, block); break;
                case WeightFormat.Q5_0: SmallBlockEncoder.EncodeQ5_0(source, block); break;
                case WeightFormat.Q4_K: FourBitSuperEncoder.Encode(source, block); break;
                default: SixBitSuperEncoder.Encode(source, block); break;
            }
        }
    }

    /// <summary>The weights that blocks stand for: exact for floating point, otherwise the exact number rounded once.</summary>
    /// <param name="format">The format.</param>
    /// <param name="blocks">Whole blocks.</param>
    /// <param name="values">Receives <see cref="WeightFormats.BlockLength"/> a block.</param>
    /// <exception cref="ArgumentException">The destination is not whole blocks, or the source has another size.</exception>
    public static void Decode(WeightFormat format, ReadOnlySpan<byte> blocks, Span<float> values)
    {
        Sizes(format, values.Length, blocks.Length);
        switch (format)
        {
            case WeightFormat.F32:
                blocks.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case WeightFormat.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(blocks), values);
                break;
            case WeightFormat.BF16:
                Widen(MemoryMarshal.Cast<byte, ushort>(blocks), MemoryMarshal.Cast<float, uint>(values));
                break;
            default:
                BlockDecoder.Decode(format, blocks, values);
                break;
        }
    }

    private static (int Length, int Bytes) Sizes(WeightFormat format, int values, int blocks)
    {
        (int length, int bytes) = (format.BlockLength(), format.BlockBytes());
        return values % length == 0 && blocks == (long)values / length * bytes
            ? (length, bytes)
            : throw new ArgumentException($"{values} weights and {blocks} bytes are not the same number of blocks of {format}: {length} weights in {bytes} bytes.");
    }

    // bfloat16 is the upper half of a single. Half a unit less one is added, and one more where the result would be odd.
    private static void Narrow(ReadOnlySpan<uint> singles, Span<ushort> destination)
    {
        for (int i = 0; i < singles.Length; i++)
        {
            destination[i] = (ushort)((singles[i] + 0x7FFF + ((singles[i] >> 16) & 1)) >> 16);
        }
    }

    private static void Widen(ReadOnlySpan<ushort> source, Span<uint> singles)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(singles[i..]);
            (high << 16).CopyTo(singles[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            singles[i] = (uint)source[i] << 16;
        }
    }
}
