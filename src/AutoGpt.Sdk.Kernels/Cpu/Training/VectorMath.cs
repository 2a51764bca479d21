using System.Numerics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Elementary functions of a vector in single precision, where the runtime's go through double precision and take three times as long.</summary>
internal static class VectorMath
{
    // e^x = 2^n · e^r with r = x − n·ln 2 within ± ln 2 / 2; ln 2 in two parts, the first with few bits, so that n times it is exact (Cody and Waite 1980).
    private const float Log2E = 1.44269504f;
    private const float UpperLn2 = 0.693359375f;
    private const float LowerLn2 = -2.12194440e-4f;

    // 1.5 · 2^23: what is added to it is rounded to a whole number, which then stands in the sum's last bits.
    private const float Rounding = 12582912f;

    /// <summary><c>e^x</c> to two units in the last place; below −87 it stays at 1.6e-38, above 88 at 1.7e38. NaN gives NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        // In this order the instructions let NaN through.
        x = Vector.MinNative(new Vector<float>(88f), Vector.MaxNative(new Vector<float>(-87f), x));
        Vector<float> rounded = Vector.MultiplyAddEstimate(x, new Vector<float>(Log2E), new Vector<float>(Rounding));
        Vector<float> n = rounded - new Vector<float>(Rounding);
        Vector<float> r = Vector.MultiplyAddEstimate(n, new Vector<float>(-UpperLn2), x);
        r = Vector.MultiplyAddEstimate(n, new Vector<float>(-LowerLn2), r);

        // Minimax polynomial of (e^r − 1 − r) / r² (Cephes, expf).
        Vector<float> p = Vector.MultiplyAddEstimate(new Vector<float>(1.9875691500e-4f), r, new Vector<float>(1.3981999507e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(8.3334519073e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(4.1665795894e-2f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(1.6666665459e-1f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(5.0000001201e-1f));
        p = Vector.MultiplyAddEstimate(p, r * r, r + Vector<float>.One);
        return p * Vector.AsVectorSingle((Vector.AsVectorInt32(rounded) + new Vector<int>(127)) << 23);
    }

    /// <summary><c>1 / (1 + e^−x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));
}
