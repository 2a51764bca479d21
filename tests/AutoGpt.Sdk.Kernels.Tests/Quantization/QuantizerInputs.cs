namespace AutoGpt.Sdk.Kernels.Tests;

/// <summary>
/// Weights made of exact operations alone, so that every program that makes them has the same bits: products of three uniform numbers, group by group scaled by a power of two,
/// and among them groups that are zero, constant, of one sign, coarse (so that magnitudes tie) or tiny.
/// </summary>
internal static class QuantizerInputs
{
    public static float[] Create(int count)
    {
        ulong state = 1;
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            int group = i / 32;
            float value = Uniform(ref state) * Uniform(ref state);
            value *= Uniform(ref state);
            value *= MathF.Pow(2, (group % 7) - 3);
            values[i] = (group % 11, group % 13, group % 17, group % 19, group % 23, group % 29) switch
            {
                (5, _, _, _, _, _) => 0,
                (_, 6, _, _, _, _) => .25f,
                (_, _, 7, _, _, _) => MathF.Abs(value),
                (_, _, _, 8, _, _) => MathF.Floor(value * 8) / 8,
                (_, _, _, _, 9, _) => value / (1 << 30),
                (_, _, _, _, _, 10) => -MathF.Abs(value),
                _ => value,
            };
        }

        return values;
    }

    // xorshift64*; 24 of its bits, from -1 to below 1.
    private static float Uniform(ref ulong state)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return ((int)((state * 0x2545F4914F6CDD1D) >> 40) - (1 << 23)) / (float)(1 << 23);
    }
}
