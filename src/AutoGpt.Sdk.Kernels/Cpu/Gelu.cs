using System.Numerics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016), as in GPT-2.</summary>
public static class Gelu
{
    private const float Cubic = 0.044715f;
    private const float TwiceRoot = 2 * 0.7978845608028654f; // 2 √(2/π)

    /// <summary><c>output = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c>.</summary>
    /// <param name="x"><c>[n]</c>.</param>
    /// <param name="output">Receives <c>[n]</c>; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> x, Span<float> output)
    {
        VectorFunction.Require(x.Length, output.Length);
        VectorFunction.Forward<Function>(x, [], output);
    }

    /// <summary>The derivative of <see cref="Apply"/> times that of its output.</summary>
    /// <param name="x"><c>[n]</c>.</param>
    /// <param name="gradient">Of the output, <c>[n]</c>.</param>
    /// <param name="xGradient">Receives <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Gradient(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> xGradient)
    {
        VectorFunction.Require(x.Length, gradient.Length, xGradient.Length);
        VectorFunction.Backward<Function>(x, [], gradient, xGradient, []);
    }

    // (1 + tanh(z)) / 2 = sigmoid(2z).
    private readonly struct Function : IVectorFunction
    {
        public static bool HasTwo => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Forward(Vector<float> x, Vector<float> b) => x * Share(x, x * x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector<float> A, Vector<float> B) Backward(Vector<float> x, Vector<float> b, Vector<float> gradient)
        {
            Vector<float> square = x * x, share = Share(x, square);
            Vector<float> inner = new Vector<float>(TwiceRoot) * Vector.MultiplyAddEstimate(square, new Vector<float>(3 * Cubic), Vector<float>.One);
            return (gradient * (share + (x * share * (Vector<float>.One - share) * inner)), default);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<float> Share(Vector<float> x, Vector<float> square) =>
            VectorMath.Sigmoid(x * new Vector<float>(TwiceRoot) * Vector.MultiplyAddEstimate(square, new Vector<float>(Cubic), Vector<float>.One));
    }
}
