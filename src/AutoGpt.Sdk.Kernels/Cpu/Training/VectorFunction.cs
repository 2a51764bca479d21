using System.Numerics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>A function of one or two numbers and its derivatives, a vector of them at a time.</summary>
internal interface IVectorFunction
{
    /// <summary>Whether there is a second operand.</summary>
    static abstract bool HasTwo { get; }

    static abstract Vector<float> Forward(Vector<float> a, Vector<float> b);

    static abstract (Vector<float> A, Vector<float> B) Backward(Vector<float> a, Vector<float> b, Vector<float> gradient);
}

/// <summary>Runs functions in one pass over memory: as a chain of operations they take several, and as many results between them.</summary>
internal static unsafe class VectorFunction
{
    /// <summary>The function over spans of the same length, the last vector filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<P>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> output)
        where P : struct, IVectorFunction
    {
        int count = Vector<float>.Count, whole = a.Length / count * count;
        fixed (float* x = a, y = b, to = output)
        {
            for (int i = 0; i < whole; i += count)
            {
                P.Forward(Vector.Load(x + i), P.HasTwo ? Vector.Load(y + i) : default).Store(to + i);
            }
        }

        if (whole < a.Length)
        {
            Span<float> rest = stackalloc float[3 * Vector<float>.Count];
            Fill(rest[..count], a[whole..]);
            Fill(rest.Slice(count, count), P.HasTwo ? b[whole..] : []);
            Forward<P>(rest[..count], rest.Slice(count, count), rest[(2 * count)..]);
            rest.Slice(2 * count, a.Length - whole).CopyTo(output[whole..]);
        }
    }

    /// <summary>The derivatives times those of the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<P>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> gradient, Span<float> aGradient, Span<float> bGradient)
        where P : struct, IVectorFunction
    {
        int count = Vector<float>.Count, whole = a.Length / count * count;
        fixed (float* x = a, y = b, outer = gradient, xTo = aGradient, yTo = bGradient)
        {
            for (int i = 0; i < whole; i += count)
            {
                (Vector<float> first, Vector<float> second) = P.Backward(Vector.Load(x + i), P.HasTwo ? Vector.Load(y + i) : default, Vector.Load(outer + i));
                first.Store(xTo + i);
                if (P.HasTwo)
                {
                    second.Store(yTo + i);
                }
            }
        }

        if (whole < a.Length)
        {
            Span<float> rest = stackalloc float[5 * Vector<float>.Count];
            Fill(rest[..count], a[whole..]);
            Fill(rest.Slice(count, count), P.HasTwo ? b[whole..] : []);
            Fill(rest.Slice(2 * count, count), gradient[whole..]);
            Backward<P>(rest[..count], rest.Slice(count, count), rest.Slice(2 * count, count), rest.Slice(3 * count, count), rest[(4 * count)..]);
            rest.Slice(3 * count, a.Length - whole).CopyTo(aGradient[whole..]);
            if (P.HasTwo)
            {
                rest.Slice(4 * count, a.Length - whole).CopyTo(bGradient[whole..]);
            }
        }
    }

    private static void Fill(Span<float> vector, ReadOnlySpan<float> values)
    {
        vector.Clear();
        values.CopyTo(vector);
    }

    /// <summary>Whether all have the length of the first.</summary>
    /// <exception cref="ArgumentException">One has not.</exception>
    public static void Require(int length, params ReadOnlySpan<int> others)
    {
        foreach (int other in others)
        {
            if (other != length)
            {
                throw new ArgumentException($"All spans must be as long as the first, {length}; one has {other}.");
            }
        }
    }
}
