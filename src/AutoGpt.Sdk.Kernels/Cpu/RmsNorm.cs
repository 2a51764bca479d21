using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Root-mean-square normalisation (Zhang and Sennrich 2019).</summary>
public static class RmsNorm
{
    /// <summary><c>output = x / sqrt(mean(x²) + epsilon) · weight</c>.</summary>
    /// <param name="x"><c>[width]</c>.</param>
    /// <param name="weight">Scale, <c>[width]</c>.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="output">Receives <c>[width]</c>; may be <paramref name="x"/>.</param>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> output)
    {
        float scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(x) / x.Length) + epsilon);
        TensorPrimitives.Multiply(x, scale, output);
        TensorPrimitives.Multiply(output, weight, output);
    }
}
