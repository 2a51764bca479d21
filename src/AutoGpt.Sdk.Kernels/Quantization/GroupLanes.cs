using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Eight groups of weights side by side, one a lane. The searches of the super-blocks add up in the order of a group's weights, which no compiler may change; the groups are
/// independent of each other, so every lane computes what the reference computes, to the last bit.
/// </summary>
internal static class GroupLanes
{
    public const int Count = 8;

    // 1.5 · 2^23: added to a number up to 2^22 it leaves the nearest whole number in the lower bits, ties to even.
    private const float Magic = 12_582_912;
    private const int Mantissa = 0x007F_FFFF;
    private const int Middle = 0x0040_0000;

    /// <summary>The weights i of all groups, for each i.</summary>
    /// <param name="values">Eight groups, one after the other.</param>
    /// <param name="lanes">As many as a group has weights.</param>
    public static void Read(ReadOnlySpan<float> values, Span<Vector256<float>> lanes)
    {
        int size = lanes.Length;
        for (int i = 0; i < size; i++)
        {
            lanes[i] = Vector256.Create(
                values[i], values[i + size], values[i + (2 * size)], values[i + (3 * size)], values[i + (4 * size)], values[i + (5 * size)], values[i + (6 * size)], values[i + (7 * size)]);
        }
    }

    /// <summary>The nearest whole numbers within bounds; of a number beyond 2^22 what the reference makes of it, which is none near it.</summary>
    public static Vector256<int> Nearest(Vector256<float> values, int least, int largest) => Vector256.Min(
        Vector256.Max(((values + Vector256.Create(Magic)).AsInt32() & Vector256.Create(Mantissa)) - Vector256.Create(Middle), Vector256.Create(least)), Vector256.Create(largest));

    /// <summary>The nearest whole number, likewise.</summary>
    public static int Nearest(float value) => (BitConverter.SingleToInt32Bits(value + Magic) & Mantissa) - Middle;
}
