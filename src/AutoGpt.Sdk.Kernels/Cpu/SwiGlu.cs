using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The gate of a SwiGLU feed-forward network (Shazeer 2020).</summary>
public static class SwiGlu
{
    /// <summary><c>output = gate · sigmoid(gate) · up</c>.</summary>
    /// <param name="gate"><c>[n]</c>.</param>
    /// <param name="up"><c>[n]</c>.</param>
    /// <param name="output">Receives <c>[n]</c>; neither of the two.</param>
    public static void Apply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        TensorPrimitives.Sigmoid(gate, output);
        TensorPrimitives.Multiply(output, gate, output);
        TensorPrimitives.Multiply(output, up, output);
    }
}
