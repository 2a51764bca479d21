using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>How weights that are floating-point numbers are read.</summary>
internal unsafe interface IFloats
{
    static abstract int Bytes { get; }

    /// <summary>What a sum is multiplied by in the end; a power of two.</summary>
    static abstract float Scale { get; }

    /// <summary>Where the activations are that go with it.</summary>
    static abstract int Activations(ActivationLayout layout);

    static abstract V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged;
}

/// <summary>Single precision.</summary>
internal readonly unsafe struct Singles : IFloats
{
    public static int Bytes => 4;

    public static float Scale => 1;

    public static int Activations(ActivationLayout layout) => layout.Values;

    public static V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged => L.Load(source);
}

/// <summary>
/// Half precision, whose exponents are left 112 too low: the activations are 96 too high instead, and the sums are put right once. Both far from the ends of the range.
/// </summary>
internal readonly unsafe struct Halves : IFloats
{
    public static int Bytes => 2;

    public static float Scale => HalfPrecision.SumScale;

    public static int Activations(ActivationLayout layout) => layout.RaisedValues;

    public static V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged => L.LoadRawHalves((ushort*)source);
}

/// <summary>bfloat16.</summary>
internal readonly unsafe struct BFloats : IFloats
{
    public static int Bytes => 2;

    public static float Scale => 1;

    public static int Activations(ActivationLayout layout) => layout.Values;

    public static V Load<L, V>(byte* source)
        where L : ILanes<V>
        where V : unmanaged => L.LoadBFloats((ushort*)source);
}

/// <summary>
/// Weights in floating point times activations in single precision. A block of 32 columns is summed by itself and then added: the error of a long sum grows with
/// the blocks, not with the columns. Odd and even columns apart, or each addition would wait for the one before.
/// </summary>
internal readonly unsafe struct FloatProduct<F> : IProduct
    where F : IFloats
{
    public static int PieceBlocks => 8 / F.Bytes;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        int step = 32 * F.Bytes;
        bool isLast = end == layout.Blocks;
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* weights = tile + (from * (long)ActivationBlock.Columns * step) + (F.Bytes * lane);
            byte* others = weights + (16 * F.Bytes);
            float* x = (float*)(row + F.Activations(layout)) + (from * ActivationBlock.Columns);
            V total = L.Load(sums + lane);
            V otherTotal = L.Load(sums + 16 + lane);
            for (int block = from; block < end; block++)
            {
                V even = L.Zero, odd = L.Zero, otherEven = L.Zero, otherOdd = L.Zero;
                for (int column = 0; column < ActivationBlock.Columns; column += 2)
                {

                    V value = L.Broadcast(x[column]);
                    even = L.MultiplyAdd(F.Load<L, V>(weights), value, even);
                    otherEven = L.MultiplyAdd(F.Load<L, V>(others), value, otherEven);
                    value = L.Broadcast(x[column + 1]);
                    odd = L.MultiplyAdd(F.Load<L, V>(weights + step), value, odd);
                    otherOdd = L.MultiplyAdd(F.Load<L, V>(others + step), value, otherOdd);
                    weights += 2 * step;
                    others += 2 * step;
                }

                total = L.Add(total, L.Add(even, odd));
                otherTotal = L.Add(otherTotal, L.Add(otherEven, otherOdd));
                x += ActivationBlock.Columns;
            }

            L.Store(sums + lane, Finish<L, V>(isLast, total));
            L.Store(sums + 16 + lane, Finish<L, V>(isLast, otherTotal));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByFour<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        int step = 32 * F.Bytes;
        bool isLast = end == layout.Blocks;
        nint stride = layout.Stride;
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* weights = tile + (from * (long)ActivationBlock.Columns * step) + (F.Bytes * lane);
            byte* others = weights + (16 * F.Bytes);
            byte* x = row + F.Activations(layout) + (from * ActivationBlock.Columns * sizeof(float));
            V a0 = L.Load(sums + lane), a1 = L.Load(sums + 32 + lane), a2 = L.Load(sums + 64 + lane), a3 = L.Load(sums + 96 + lane);
            V b0 = L.Load(sums + 16 + lane), b1 = L.Load(sums + 48 + lane), b2 = L.Load(sums + 80 + lane), b3 = L.Load(sums + 112 + lane);
            for (int block = from; block < end; block++)
            {
                V e0 = L.Zero, e1 = L.Zero, e2 = L.Zero, e3 = L.Zero, f0 = L.Zero, f1 = L.Zero, f2 = L.Zero, f3 = L.Zero;
                V o0 = L.Zero, o1 = L.Zero, o2 = L.Zero, o3 = L.Zero, p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero;
                for (int column = 0; column < ActivationBlock.Columns; column += 2)
                {
                    V own = F.Load<L, V>(weights);
                    V other = F.Load<L, V>(others);
                    V ownOdd = F.Load<L, V>(weights + step);
                    V otherOdd = F.Load<L, V>(others + step);
                    byte* at = x;
                    V value = L.Broadcast(*(float*)at);
                    V odd = L.Broadcast(*(float*)(at + 4));
                    e0 = L.MultiplyAdd(own, value, e0);
                    f0 = L.MultiplyAdd(other, value, f0);
                    o0 = L.MultiplyAdd(ownOdd, odd, o0);
                    p0 = L.MultiplyAdd(otherOdd, odd, p0);
                    at += stride;
                    value = L.Broadcast(*(float*)at);
                    odd = L.Broadcast(*(float*)(at + 4));
                    e1 = L.MultiplyAdd(own, value, e1);
                    f1 = L.MultiplyAdd(other, value, f1);
                    o1 = L.MultiplyAdd(ownOdd, odd, o1);
                    p1 = L.MultiplyAdd(otherOdd, odd, p1);
                    at += stride;
                    value = L.Broadcast(*(float*)at);
                    odd = L.Broadcast(*(float*)(at + 4));
                    e2 = L.MultiplyAdd(own, value, e2);
                    f2 = L.MultiplyAdd(other, value, f2);
                    o2 = L.MultiplyAdd(ownOdd, odd, o2);
                    p2 = L.MultiplyAdd(otherOdd, odd, p2);
                    at += stride;
                    value = L.Broadcast(*(float*)at);
                    odd = L.Broadcast(*(float*)(at + 4));
                    e3 = L.MultiplyAdd(own, value, e3);
                    f3 = L.MultiplyAdd(other, value, f3);
                    o3 = L.MultiplyAdd(ownOdd, odd, o3);
                    p3 = L.MultiplyAdd(otherOdd, odd, p3);
                    weights += 2 * step;
                    others += 2 * step;
                    x += 8;
                }

                a0 = L.Add(a0, L.Add(e0, o0));
                a1 = L.Add(a1, L.Add(e1, o1));
                a2 = L.Add(a2, L.Add(e2, o2));
                a3 = L.Add(a3, L.Add(e3, o3));
                b0 = L.Add(b0, L.Add(f0, p0));
                b1 = L.Add(b1, L.Add(f1, p1));
                b2 = L.Add(b2, L.Add(f2, p2));
                b3 = L.Add(b3, L.Add(f3, p3));
            }

            L.Store(sums + lane, Finish<L, V>(isLast, a0));
            L.Store(sums + 32 + lane, Finish<L, V>(isLast, a1));
            L.Store(sums + 64 + lane, Finish<L, V>(isLast, a2));
            L.Store(sums + 96 + lane, Finish<L, V>(isLast, a3));
            L.Store(sums + 16 + lane, Finish<L, V>(isLast, b0));
            L.Store(sums + 48 + lane, Finish<L, V>(isLast, b1));
            L.Store(sums + 80 + lane, Finish<L, V>(isLast, b2));
            L.Store(sums + 112 + lane, Finish<L, V>(isLast, b3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Finish<L, V>(bool isLast, V sum)
        where L : ILanes<V>
        where V : unmanaged => F.Scale == 1 || !isLast ? sum : L.Multiply(sum, L.Broadcast(F.Scale));
}
