using System.Numerics;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>GGML's blocks in double precision, element by element from the layouts: a bit string is cut into its fields and nothing is shared between elements.</summary>
internal static class BlockOracle
{
    public static double[] Decode(TensorType type, byte[] block) => [.. Enumerable.Range(0, type.BlockLength()).Select(i => type switch
    {
        TensorType.Q8_0 => Half(block, 0) * (sbyte)block[2 + i],
        TensorType.Q4_0 => Half(block, 0) * (Bits(block, 2, (i % 16 * 8) + (i / 16 * 4), 4) - 8),
        TensorType.Q5_0 => Half(block, 0) * (Bits(block, 6, (i % 16 * 8) + (i / 16 * 4), 4) + (16 * Bits(block, 2, i, 1)) - 16),
        TensorType.Q4_K => FourBits(block, i),
        TensorType.Q6_K => SixBits(block, i),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    })];

    // Eight groups of 32. Their six-bit numbers: for the first four whole in bytes 4 to 7 (factors) and 8 to 11 (minima); for the last four the lower
    // four bits in bytes 12 to 15, the upper two on top of bytes 4 to 11.
    private static double FourBits(byte[] block, int i)
    {
        int group = i / 32;
        int low = group % 4;
        double factor = group < 4 ? Bits(block, 4 + low, 0, 6) : Bits(block, 12 + low, 0, 4) + (16 * Bits(block, 4 + low, 6, 2));
        double minimum = group < 4 ? Bits(block, 8 + low, 0, 6) : Bits(block, 12 + low, 4, 4) + (16 * Bits(block, 8 + low, 6, 2));
        int quantum = Bits(block, 16 + (i / 64 * 32) + (i % 32), i / 32 % 2 * 4, 4);
        return (Half(block, 0) * factor * quantum) - (Half(block, 2) * minimum);
    }

    // Quarters of a half-block share bytes: nibbles of quarters 0 and 2, 1 and 3; pairs of bits of all four.
    private static double SixBits(byte[] block, int i)
    {
        int half = i / 128;
        int quarter = i / 32 % 4;
        int place = i % 32;
        int lower = Bits(block, (half * 64) + (quarter % 2 * 32) + place, quarter / 2 * 4, 4);
        int upper = Bits(block, 128 + (half * 32) + place, quarter * 2, 2);
        return Half(block, 208) * (sbyte)block[192 + (i / 16)] * (lower + (16 * upper) - 32);
    }

    private static double Half(byte[] block, int offset) => (double)BitConverter.ToHalf(block, offset);

    private static int Bits(byte[] block, int offset, int first, int count) =>
        (int)((new BigInteger(block.AsSpan(offset), isUnsigned: true) >> first) & ((1 << count) - 1));
}
