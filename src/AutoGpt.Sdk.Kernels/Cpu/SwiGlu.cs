using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The gate of a SwiGLU feed-forward network (Shazeer 2020).</summary>
public static class SwiGlu
{
    /// <summary><c>gate = gate · sigmoid(gate) · up</c>, in place.</summary>
    /// <param name="gate"><c>[n]</c>; receives the result.</param>
    /// <param name="up"><c>[n]</c>.</param>
    /// <param name="scratch">Overwritten, <c>[n]</c>.</param>
    public static void Apply(Span<float> gate, ReadOnlySpan<float> up, Span<float> scratch)
    {
        TensorPrimitives.Sigmoid<float>(gate, scratch);
        TensorPrimitives.Multiply<float>(gate, scratch, gate);
        TensorPrimitives.Multiply<float>(gate, up, gate);
    }
}
