using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Rotary positions (Su et al. 2021) with element i of a head paired with i + size/2, as in Hugging Face files. Angles are computed as they are needed, in double
/// precision: a table of all positions would take longer to make than the first answer. Immutable and thread-safe.
/// </summary>
/// <param name="frequencies">The angle a pair turns by per position, in radians, <c>[headSize / 2]</c>.</param>
public sealed class Rotary(IReadOnlyList<double> frequencies)
{
    private readonly double[] _frequencies = [.. frequencies];

    /// <summary>Elements of a head.</summary>
    public int HeadSize => 2 * _frequencies.Length;

    /// <summary>The frequencies of the paper.</summary>
    /// <param name="headSize">Elements of a head; even.</param>
    /// <param name="frequencyBase">Their base; 10,000 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">The head's size is odd.</exception>
    public static double[] Frequencies(int headSize, double frequencyBase)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(headSize % 2, 0, nameof(headSize));
        return [.. Enumerable.Range(0, headSize / 2).Select(pair => Math.Pow(frequencyBase, -2.0 * pair / headSize))];
    }

    /// <summary>Computes a position's angles.</summary>
    /// <param name="position">From 0.</param>
    /// <param name="angles">Receives <c>[headSize]</c>: cosines, then sines.</param>
    public void Turn(int position, Span<float> angles)
    {
        int half = _frequencies.Length;
        for (int pair = 0; pair < half; pair++)
        {
            (double sine, double cosine) = Math.SinCos(position * _frequencies[pair]);
            angles[pair] = (float)cosine;
            angles[half + pair] = (float)sine;
        }
    }

    /// <summary>Rotates every head of a row in place.</summary>
    /// <param name="row"><c>[heads, headSize]</c>.</param>
    /// <param name="angles">What <see cref="Turn"/> gave.</param>
    public void Rotate(Span<float> row, ReadOnlySpan<float> angles)
    {
        int half = _frequencies.Length;
        ReadOnlySpan<float> cosines = angles[..half];
        ReadOnlySpan<float> sines = angles.Slice(half, half);
        for (int start = 0; start < row.Length; start += 2 * half)
        {
            Span<float> first = row.Slice(start, half);
            Span<float> second = row.Slice(start + half, half);
            int pair = 0;
            for (; pair <= half - Vector256<float>.Count; pair += Vector256<float>.Count)
            {
                Vector256<float> a = Vector256.LoadUnsafe(ref first[pair]);
                Vector256<float> b = Vector256.LoadUnsafe(ref second[pair]);
                Vector256<float> cosine = Vector256.LoadUnsafe(in cosines[pair]);
                Vector256<float> sine = Vector256.LoadUnsafe(in sines[pair]);
                ((a * cosine) - (b * sine)).StoreUnsafe(ref first[pair]);
                ((b * cosine) + (a * sine)).StoreUnsafe(ref second[pair]);
            }

            for (; pair < half; pair++)
            {
                (float a, float b) = (first[pair], second[pair]);
                first[pair] = (a * cosines[pair]) - (b * sines[pair]);
                second[pair] = (b * cosines[pair]) + (a * sines[pair]);
            }
        }
    }
}
