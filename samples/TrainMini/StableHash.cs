using System.Text;

namespace TrainMini;

/// <summary>FNV-1a: a hash that is the same in every process, for splits that must not move.</summary>
internal static class StableHash
{
    public static uint Of(string text)
    {
        uint hash = 2166136261;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * 16777619;
        }

        // FNV's low bits are weak for short texts; one round of mixing evens them out.
        hash ^= hash >> 15;
        hash *= 2246822519;
        return hash ^ (hash >> 13);
    }
}
