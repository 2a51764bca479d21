using System.Buffers.Binary;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Blocks of 32 weights with one scale, by the rules of GGML's reference quantisers.</summary>
internal static class SmallBlockEncoder
{
    private const int Length = 32;
    private const int Half = Length / 2;

    // The largest magnitude is ±127.
    public static void EncodeQ8_0(ReadOnlySpan<float> values, Span<byte> block)
    {
        float inverse = WriteScale(MathF.Abs(Largest(values)) / 127, block);
        for (int i = 0; i < Length; i++)
        {
            block[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }

    // The weight of the largest magnitude is -8, which has no opposite: at the other end there are 7.
    public static void EncodeQ4_0(ReadOnlySpan<float> values, Span<byte> block)
    {
        float inverse = WriteScale(Largest(values) / -8, block);
        for (int i = 0; i < Half; i++)
        {
            block[2 + i] = (byte)(Quantum(values[i], inverse, 8) | (Quantum(values[i + Half], inverse, 8) << 4));
        }
    }

    public static void EncodeQ5_0(ReadOnlySpan<float> values, Span<byte> block)
    {
        float inverse = WriteScale(Largest(values) / -16, block);
        uint fifths = 0;
        for (int i = 0; i < Half; i++)
        {
            (int low, int high) = (Quantum(values[i], inverse, 16), Quantum(values[i + Half], inverse, 16));
            block[6 + i] = (byte)((low & 0xF) | ((high & 0xF) << 4));
            fifths |= ((uint)low >> 4 << i) | ((uint)high >> 4 << (i + Half));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(block[2..], fifths);
    }

    // Of weights of the same magnitude the first: its sign decides which end of the range is full.
    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = MathF.Abs(largest) < MathF.Abs(value) ? value : largest;
        }

        return largest;
    }

    // The quanta are those of the scale before it is rounded.
    private static float WriteScale(float scale, Span<byte> block)
    {
        BinaryPrimitives.WriteHalfLittleEndian(block, (System.Half)scale);
        return scale == 0 ? 0 : 1 / scale;
    }

    private static int Quantum(float value, float inverse, int middle) => Math.Min((2 * middle) - 1, (int)((value * inverse) + (middle + 0.5f)));
}
