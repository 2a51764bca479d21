namespace AutoGpt.Sdk.Training;

/// <summary>
/// Signatures of sets (Broder 1997): under each of many hash functions the smallest hash of the set. Two sets agree in one with the probability of their Jaccard similarity.
/// </summary>
internal sealed class MinHash
{
    private readonly ulong[] _factors;
    private readonly ulong[] _offsets;

    public MinHash(int hashes, long seed)
    {
        var random = new SplitMix64(seed, 0);
        _factors = [.. Enumerable.Range(0, hashes).Select(_ => random.Next() | 1)];
        _offsets = [.. Enumerable.Range(0, hashes).Select(_ => random.Next())];
    }

    public uint[] Signature(IEnumerable<ulong> set)
    {
        uint[] signature = new uint[_factors.Length];
        Array.Fill(signature, uint.MaxValue);
        foreach (ulong item in set)
        {
            for (int i = 0; i < signature.Length; i++)
            {
                // Multiply, add and take the upper half (Dietzfelbinger 1996).
                signature[i] = Math.Min(signature[i], (uint)(((_factors[i] * item) + _offsets[i]) >> 32));
            }
        }

        return signature;
    }

    public static double Similarity(ReadOnlySpan<uint> first, ReadOnlySpan<uint> second)
    {
        int equal = 0;
        for (int i = 0; i < first.Length; i++)
        {
            equal += first[i] == second[i] ? 1 : 0;
        }

        return (double)equal / first.Length;
    }
}
