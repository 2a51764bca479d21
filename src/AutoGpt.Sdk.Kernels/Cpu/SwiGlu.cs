using System.Numerics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The gate of a SwiGLU feed-forward network (Shazeer 2020).</summary>
public static class SwiGlu
{
    /// <summary><c>output = gate · sigmoid(gate) · up</c>.</summary>
    /// <param name="gate"><c>[n]</c>.</param>
    /// <param name="up"><c>[n]</c>.</param>
    /// <param name="output">Receives <c>[n]</c>; may be one of the two.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        VectorFunction.Require(gate.Length, up.Length, output.Length);
        VectorFunction.Forward<Function>(gate, up, output);
    }

    /// <summary>The derivatives of <see cref="Apply"/> times those of its output.</summary>
    /// <param name="gate"><c>[n]</c>.</param>
    /// <param name="up"><c>[n]</c>.</param>
    /// <param name="gradient">Of the output, <c>[n]</c>.</param>
    /// <param name="gateGradient">Receives <c>[n]</c>.</param>
    /// <param name="upGradient">Receives <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Gradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> gradient, Span<float> gateGradient, Span<float> upGradient)
    {
        VectorFunction.Require(gate.Length, up.Length, gradient.Length, gateGradient.Length, upGradient.Length);
        VectorFunction.Backward<Function>(gate, up, gradient, gateGradient, upGradient);
    }

    private readonly struct Function : IVectorFunction
    {
        public static bool HasTwo => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Forward(Vector<float> gate, Vector<float> up) => gate * VectorMath.Sigmoid(gate) * up;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector<float> A, Vector<float> B) Backward(Vector<float> gate, Vector<float> up, Vector<float> gradient)
        {
            Vector<float> sigmoid = VectorMath.Sigmoid(gate);
            Vector<float> silu = gate * sigmoid;
            return (gradient * up * (sigmoid + (silu * (Vector<float>.One - sigmoid))), gradient * silu);
        }
    }
}
