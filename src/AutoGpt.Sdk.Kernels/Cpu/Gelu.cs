using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016), as in GPT-2.</summary>
public static class Gelu
{
    /// <summary><c>output = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c>.</summary>
    /// <param name="x"><c>[n]</c>.</param>
    /// <param name="output">Receives <c>[n]</c>; not <paramref name="x"/>.</param>
    public static void Apply(ReadOnlySpan<float> x, Span<float> output)
    {
        TensorPrimitives.Multiply(x, x, output);
        TensorPrimitives.Multiply(output, 0.044715f, output);
        TensorPrimitives.Add(output, 1f, output);
        TensorPrimitives.Multiply(output, x, output);
        TensorPrimitives.Multiply(output, 0.7978845608028654f, output);
        TensorPrimitives.Tanh(output, output);
        TensorPrimitives.Add(output, 1f, output);
        TensorPrimitives.Multiply(output, x, output);
        TensorPrimitives.Multiply(output, 0.5f, output);
    }
}
