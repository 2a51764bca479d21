using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016), as in GPT-2.</summary>
public static class Gelu
{
    /// <summary><c>x = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c>, in place.</summary>
    /// <param name="x"><c>[n]</c>; receives the result.</param>
    /// <param name="scratch">Overwritten, <c>[n]</c>.</param>
    public static void Apply(Span<float> x, Span<float> scratch)
    {
        TensorPrimitives.Multiply<float>(x, x, scratch);
        TensorPrimitives.Multiply(scratch, 0.044715f, scratch);
        TensorPrimitives.Add(scratch, 1f, scratch);
        TensorPrimitives.Multiply<float>(scratch, x, scratch);
        TensorPrimitives.Multiply(scratch, 0.7978845608028654f, scratch);
        TensorPrimitives.Tanh<float>(scratch, scratch);
        TensorPrimitives.Add(scratch, 1f, scratch);
        TensorPrimitives.Multiply<float>(x, scratch, x);
        TensorPrimitives.Multiply(x, 0.5f, x);
    }
}
