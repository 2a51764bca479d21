namespace AutoGpt.Sdk.Training;

/// <summary>
/// SplitMix64 (Steele et al. 2014): a small generator with a stated sequence, seeded by a seed and the number of what is drawn, so that the n-th batch
/// needs no state and stays the same with every version of .NET.
/// </summary>
internal sealed class SplitMix64(long seed, long stream)
{
    private ulong _state = Mix((ulong)seed) + ((ulong)stream * 0xd1342543de82ef95);

    public ulong Next() => Mix(_state += 0x9e3779b97f4a7c15);

    /// <summary>From 0 to below a bound, each equally likely to within 2⁻³².</summary>
    public int Next(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>From 0 to below 1, in steps of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>A bijection of 64-bit numbers that leaves no trace of order.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
