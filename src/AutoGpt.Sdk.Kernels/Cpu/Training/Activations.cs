using System.Numerics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Activation functions of feed-forward layers and their derivatives in one pass over memory each, for training: as a chain of tensor operations they take several, and as many tensors between them.
/// </summary>
public static class Activations
{
    private const float Cubic = 0.044715f;
    private const float TwiceRoot = 2 * 0.7978845608028654f; // 2 √(2/π)

    /// <summary>SwiGLU's gate (Shazeer 2020): <c>output = gate · sigmoid(gate) · up</c>.</summary>
    /// <param name="gate"><c>[n]</c>.</param>
    /// <param name="up"><c>[n]</c>.</param>
    /// <param name="output">Receives <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SwiGlu(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        Require(gate.Length, up.Length, output.Length);
        new SwiGluPass().Run(gate, up, default, output, default);
    }

    /// <summary>The derivatives of <see cref="SwiGlu"/> times those of its output.</summary>
    /// <param name="gate"><c>[n]</c>.</param>
    /// <param name="up"><c>[n]</c>.</param>
    /// <param name="gradient">Of the output, <c>[n]</c>.</param>
    /// <param name="gateGradient">Receives <c>[n]</c>.</param>
    /// <param name="upGradient">Receives <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SwiGluGradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> gradient, Span<float> gateGradient, Span<float> upGradient)
    {
        Require(gate.Length, up.Length, gradient.Length, gateGradient.Length, upGradient.Length);
        new SwiGluPass().Run(gate, up, gradient, gateGradient, upGradient);
    }

    /// <summary>The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016): <c>output = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c>.</summary>
    /// <param name="x"><c>[n]</c>.</param>
    /// <param name="output">Receives <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Gelu(ReadOnlySpan<float> x, Span<float> output)
    {
        Require(x.Length, output.Length);
        new GeluPass().Run(x, default, default, output, default);
    }

    /// <summary>The derivative of <see cref="Gelu"/> times that of its output.</summary>
    /// <param name="x"><c>[n]</c>.</param>
    /// <param name="gradient">Of the output, <c>[n]</c>.</param>
    /// <param name="xGradient">Receives <c>[n]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void GeluGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> xGradient)
    {
        Require(x.Length, gradient.Length, xGradient.Length);
        new GeluPass().Run(x, default, gradient, xGradient, default);
    }

    private static void Require(int length, params ReadOnlySpan<int> others)
    {
        foreach (int other in others)
        {
            if (other != length)
            {
                throw new ArgumentException($"All spans must be as long as the first, {length}; one has {other}.");
            }
        }
    }

    private interface IPass
    {
        static abstract (Vector<float>, Vector<float>) Of(Vector<float> a, Vector<float> b, Vector<float> gradient, bool isBackward);
    }

    /// <summary>Runs a function over whole vectors, then over a last one that is filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<P>(this P _, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        where P : struct, IPass
    {
        bool isBackward = !gradient.IsEmpty;
        int count = Vector<float>.Count, i = 0;
        for (; i <= a.Length - count; i += count)
        {
            (Vector<float> one, Vector<float> two) = P.Of(
                new Vector<float>(a[i..]), b.IsEmpty ? default : new Vector<float>(b[i..]), isBackward ? new Vector<float>(gradient[i..]) : default, isBackward);
            one.CopyTo(first[i..]);
            if (!second.IsEmpty)
            {
                two.CopyTo(second[i..]);
            }
        }

        if (i < a.Length)
        {
            Span<float> rest = stackalloc float[5 * Vector<float>.Count];
            rest.Clear();
            a[i..].CopyTo(rest);
            (b.IsEmpty ? b : b[i..]).CopyTo(rest[count..]);
            (isBackward ? gradient[i..] : gradient).CopyTo(rest[(2 * count)..]);
            (Vector<float> one, Vector<float> two) = P.Of(new Vector<float>(rest), new Vector<float>(rest[count..]), new Vector<float>(rest[(2 * count)..]), isBackward);
            one.CopyTo(rest[(3 * count)..]);
            two.CopyTo(rest[(4 * count)..]);
            rest.Slice(3 * count, a.Length - i).CopyTo(first[i..]);
            if (!second.IsEmpty)
            {
                rest.Slice(4 * count, a.Length - i).CopyTo(second[i..]);
            }
        }
    }

    private readonly struct SwiGluPass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector<float>, Vector<float>) Of(Vector<float> gate, Vector<float> up, Vector<float> gradient, bool isBackward)
        {
            Vector<float> sigmoid = VectorMath.Sigmoid(gate);
            Vector<float> silu = gate * sigmoid;
            return isBackward ? (gradient * up * (sigmoid + (silu * (Vector<float>.One - sigmoid))), gradient * silu) : (silu * up, default);
        }
    }

    private readonly struct GeluPass : IPass
    {
        // (1 + tanh(z)) / 2 = sigmoid(2z).
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector<float>, Vector<float>) Of(Vector<float> x, Vector<float> _, Vector<float> gradient, bool isBackward)
        {
            Vector<float> square = x * x;
            Vector<float> sigmoid = VectorMath.Sigmoid(x * new Vector<float>(TwiceRoot) * Vector.MultiplyAddEstimate(square, new Vector<float>(Cubic), Vector<float>.One));
            if (!isBackward)
            {
                return (x * sigmoid, default);
            }

            Vector<float> inner = new Vector<float>(TwiceRoot) * Vector.MultiplyAddEstimate(square, new Vector<float>(3 * Cubic), Vector<float>.One);
            return (gradient * (sigmoid + (x * sigmoid * (Vector<float>.One - sigmoid) * inner)), default);
        }
    }
}
