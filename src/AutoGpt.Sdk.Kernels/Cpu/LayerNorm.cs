using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Layer normalisation (Ba et al. 2016).</summary>
public static class LayerNorm
{
    /// <summary><c>output = (x − mean) / sqrt(variance + epsilon) · weight + bias</c>, with the biased variance.</summary>
    /// <param name="x"><c>[width]</c>.</param>
    /// <param name="weight">Scale, <c>[width]</c>.</param>
    /// <param name="bias">Shift, <c>[width]</c>, or empty.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="output">Receives <c>[width]</c>; may be <paramref name="x"/>.</param>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, float epsilon, Span<float> output)
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Sum(x) / x.Length, output);
        float scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(output) / output.Length) + epsilon);
        TensorPrimitives.Multiply(output, scale, output);
        TensorPrimitives.Multiply(output, weight, output);
        if (!bias.IsEmpty)
        {
            TensorPrimitives.Add(output, bias, output);
        }
    }
}
