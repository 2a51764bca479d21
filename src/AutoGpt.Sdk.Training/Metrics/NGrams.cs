using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Training;

/// <summary>Counts of runs of symbols. A run is its symbols side by side in 128 bits, so that equal keys are equal runs.</summary>
internal static class NGrams
{
    private const int KeyBits = 128;

    /// <summary>Counts all runs of a length.</summary>
    /// <param name="symbols">Numbers of so many bits.</param>
    /// <param name="order">Symbols a run.</param>
    /// <param name="bits">Bits a symbol; order × bits is at most 128.</param>
    public static Dictionary<UInt128, int> Count(ReadOnlySpan<int> symbols, int order, int bits)
    {
        var counts = new Dictionary<UInt128, int>(Math.Max(0, symbols.Length - order + 1));
        int kept = order * bits;
        UInt128 mask = kept == KeyBits ? UInt128.MaxValue : (UInt128.One << kept) - UInt128.One;
        UInt128 run = 0;
        for (int i = 0; i < symbols.Length; i++)
        {
            run = ((run << bits) | (uint)symbols[i]) & mask;
            if (i >= order - 1)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, run, out _)++;
            }
        }

        return counts;
    }

    /// <summary>How many runs two texts have in common, each as often as it occurs in both.</summary>
    public static int Matches(Dictionary<UInt128, int> first, Dictionary<UInt128, int> second) =>
        first.Sum(run => Math.Min(run.Value, second.GetValueOrDefault(run.Key)));
}
