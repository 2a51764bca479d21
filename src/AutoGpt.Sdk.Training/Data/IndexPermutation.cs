using System.Numerics;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// A shuffle of the numbers from 0 to below a count that is computed place by place, without a table: a Feistel network over the next power of four, gone through again while it leads outside (Black and
/// Rogaway 2002). For counts that no table would hold.
/// </summary>
internal readonly struct IndexPermutation
{
    private const int Rounds = 6;

    // Few bits would make few different shuffles.
    private const int FewestHalfBits = 4;

    private readonly long _count;
    private readonly int _halfBits;
    private readonly ulong _key;

    public IndexPermutation(long count, long seed, long stream)
    {
        _count = count;
        _halfBits = Math.Max(FewestHalfBits, (65 - BitOperations.LeadingZeroCount((ulong)(count - 1))) / 2);
        _key = new SplitMix64(seed, stream).Next();
    }

    public long this[long place]
    {
        get
        {
            ulong number = (ulong)place;
            do
            {
                number = Encrypt(number);
            }
            while (number >= (ulong)_count);

            return (long)number;
        }
    }

    private ulong Encrypt(ulong number)
    {
        ulong mask = (1UL << _halfBits) - 1;
        ulong left = number >> _halfBits;
        ulong right = number & mask;
        for (uint round = 1; round <= Rounds; round++)
        {
            (left, right) = (right, left ^ (SplitMix64.Mix(right + (_key * round) + round) & mask));
        }

        return (left << _halfBits) | right;
    }
}
