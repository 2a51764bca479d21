using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The largest of a vector's lanes.</summary>
internal static class LargestLane
{
    public static float Of(Vector512<float> values)
    {
        Vector256<float> eight = Vector256.Max(values.GetLower(), values.GetUpper());
        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(four[0], four[1]);
    }
}
