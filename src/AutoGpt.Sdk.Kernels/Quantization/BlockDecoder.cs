using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// The numbers that GGML's blocks stand for (https://github.com/ggml-org/ggml, ggml-common.h for the layouts). Scales have 11 significant bits and
/// quanta at most 14 with their own scale, so every number here is the exact one rounded once.
/// </summary>
internal static class BlockDecoder
{
    private const int Small = 32;
    private const int Large = 256;

    /// <summary>Decodes whole blocks.</summary>
    /// <param name="format">A quantised format.</param>
    /// <param name="blocks">As many blocks as the destination asks for.</param>
    /// <param name="destination">Receives the numbers in order.</param>
    public static void Decode(WeightFormat format, ReadOnlySpan<byte> blocks, Span<float> destination)
    {
        int bytes = format.BlockBytes();
        int length = format.BlockLength();
        for (int i = 0; i < destination.Length / length; i++)
        {
            ReadOnlySpan<byte> block = blocks.Slice(i * bytes, bytes);
            Span<float> values = destination.Slice(i * length, length);
            switch (format)
            {
                case WeightFormat.Q8_0: DecodeQ8_0(block, values); break;
                case WeightFormat.Q4_0: DecodeQ4_0(block, values); break;
                case WeightFormat.Q5_0: DecodeQ5_0(block, values); break;
                case WeightFormat.Q4_K: DecodeQ4_K(block, values); break;
                default: DecodeQ6_K(block, values); break;
            }
        }
    }

    // Scale, then 32 signed bytes.
    private static void DecodeQ8_0(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block);
        ReadOnlySpan<sbyte> quanta = MemoryMarshal.Cast<byte, sbyte>(block[2..]);
        for (int i = 0; i < Small; i++)
        {
            values[i] = scale * quanta[i];
        }
    }

    // Scale, then 16 bytes: low nibbles are the first half, high ones the second.
    private static void DecodeQ4_0(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block);
        ReadOnlySpan<byte> quanta = block[2..];
        for (int i = 0; i < Small / 2; i++)
        {
            values[i] = scale * ((quanta[i] & 0xF) - 8);
            values[i + (Small / 2)] = scale * ((quanta[i] >> 4) - 8);
        }
    }

    // As Q4_0, with the fifth bits of all 32 between the scale and the nibbles.
    private static void DecodeQ5_0(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block);
        uint fifth = BinaryPrimitives.ReadUInt32LittleEndian(block[2..]);
        ReadOnlySpan<byte> quanta = block[6..];
        for (int i = 0; i < Small / 2; i++)
        {
            int low = (quanta[i] & 0xF) | (int)(((fifth >> i) & 1) << 4);
            int high = (quanta[i] >> 4) | (int)(((fifth >> (i + (Small / 2))) & 1) << 4);
            values[i] = scale * (low - 16);
            values[i + (Small / 2)] = scale * (high - 16);
        }
    }

    // Scale of the scales, scale of the minima, eight of both in 12 bytes, then for each 64 numbers 32 bytes of nibbles.
    private static void DecodeQ4_K(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block);
        float minimum = Half(block[2..]);
        ReadOnlySpan<byte> packed = block[4..];
        ReadOnlySpan<byte> quanta = block[16..];
        for (int group = 0; group < Large / Small; group++)
        {
            (int factor, int offset) = group < 4
                ? (packed[group] & 63, packed[group + 4] & 63)
                : ((packed[group + 4] & 0xF) | (packed[group - 4] >> 6 << 4), (packed[group + 4] >> 4) | (packed[group] >> 6 << 4));
            float step = scale * factor;
            float least = minimum * offset;
            ReadOnlySpan<byte> nibbles = quanta.Slice(group / 2 * Small, Small);
            int shift = group % 2 * 4;
            Span<float> part = values.Slice(group * Small, Small);
            for (int i = 0; i < Small; i++)
            {
                part[i] = (step * ((nibbles[i] >> shift) & 0xF)) - least;
            }
        }
    }

    // For each half of the block 64 bytes of low nibbles; for each half 32 bytes of upper pairs of bits; 16 scales; the scale of these.
    private static void DecodeQ6_K(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Half(block[208..]);
        ReadOnlySpan<sbyte> factors = MemoryMarshal.Cast<byte, sbyte>(block.Slice(192, 16));
        for (int i = 0; i < Large; i++)
        {
            (int half, int place) = (i / 128, i % 128);
            int nibble = (block[(half * 64) + (place % 64)] >> (place / 64 * 4)) & 0xF;
            int upper = (block[128 + (half * 32) + (place % 32)] >> (place / 32 * 2)) & 3;
            values[i] = scale * factors[i / 16] * ((nibble | (upper << 4)) - 32);
        }
    }

    private static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
}
