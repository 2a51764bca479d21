using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Weights of four or five bits: unsigned times the activations' signed bytes, summed in 16 bits as far as they fit; the offset times the block's sum is taken off.</summary>
internal readonly unsafe struct NibbleProduct<F> : IProduct
    where F : INibbles
{
    public static int PieceBlocks => 8;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        V four = L.Broadcast(0x0f0f0f0f);
        V fifth = L.Broadcast(0x10101010);
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* weights = tile + (from * (long)F.BlockBytes) + (4 * lane);
            byte* x = row + (from * ActivationBlock.Size);
            V total = L.Load(sums + lane);
            V otherTotal = L.Load(sums + 16 + lane);
            for (int block = from; block < end; block++)
            {
                V sum = L.Broadcast(-F.Offset * ((ActivationBlock*)x)->Sum);
                V otherSum = sum;
                V high = F.LoadHigh<L, V>(weights);
                V otherHigh = F.LoadHigh<L, V>(weights + 64);
                V low = L.ShiftLeftShorts(high, 4);
                V otherLow = L.ShiftLeftShorts(otherHigh, 4);
                V shorts = L.Zero;
                V otherShorts = L.Zero;
                byte* quads = weights + F.HighBytes;
                for (int vector = 0; vector < 4; vector++)
                {
                    V early = L.Broadcast(*(int*)(x + (4 * vector)));
                    V late = L.Broadcast(*(int*)(x + 16 + (4 * vector)));
                    V packed = L.Load(quads + (128 * vector));
                    shorts = Add<L, V>(shorts, Low<L, V>(packed, low, four, fifth), early, High<L, V>(packed, high, four, fifth), late);
                    packed = L.Load(quads + (128 * vector) + 64);
                    otherShorts = Add<L, V>(otherShorts, Low<L, V>(packed, otherLow, four, fifth), early, High<L, V>(packed, otherHigh, four, fifth), late);
                    if (!F.IsNarrow)
                    {
                        low = L.ShiftRightShorts(low, 1);
                        high = L.ShiftRightShorts(high, 1);
                        otherLow = L.ShiftRightShorts(otherLow, 1);
                        otherHigh = L.ShiftRightShorts(otherHigh, 1);
                        if (vector == 1)
                        {
                            sum = L.AddIntegers(sum, L.SumShorts(shorts));
                            otherSum = L.AddIntegers(otherSum, L.SumShorts(otherShorts));
                            shorts = otherShorts = L.Zero;
                        }
                    }
                }

                V scale = L.Broadcast(((ActivationBlock*)x)->Scale);
                ushort* ownScales = (ushort*)(weights + F.BlockBytes - 64 - (4 * lane)) + lane;
                total = Scale<L, V>(total, sum, shorts, L.LoadHalves(ownScales), scale);
                otherTotal = Scale<L, V>(otherTotal, otherSum, otherShorts, L.LoadHalves(ownScales + 16), scale);
                weights += F.BlockBytes;
                x += ActivationBlock.Size;
            }

            L.Store(sums + lane, total);
            L.Store(sums + 16 + lane, otherTotal);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByFour<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        nint stride = layout.Stride;
        V four = L.Broadcast(0x0f0f0f0f);
        V fifth = L.Broadcast(0x10101010);
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* weights = tile + (from * (long)F.BlockBytes) + (4 * lane);
            ushort* ownScales = (ushort*)(tile + (from * (long)F.BlockBytes) + F.BlockBytes - 64) + lane;
            byte* x = row + (from * ActivationBlock.Size);
            V a0 = L.Load(sums + lane), a1 = L.Load(sums + 32 + lane), a2 = L.Load(sums + 64 + lane), a3 = L.Load(sums + 96 + lane);
            V b0 = L.Load(sums + 16 + lane), b1 = L.Load(sums + 48 + lane), b2 = L.Load(sums + 80 + lane), b3 = L.Load(sums + 112 + lane);
            for (int block = from; block < end; block++)
            {
                byte* offsets = x + ActivationBlock.SumAt;
                V s0 = L.Broadcast(-F.Offset * *(int*)offsets);
                V s1 = L.Broadcast(-F.Offset * *(int*)(offsets + stride));
                V s2 = L.Broadcast(-F.Offset * *(int*)(offsets + (2 * stride)));
                V s3 = L.Broadcast(-F.Offset * *(int*)(offsets + (3 * stride)));
                V t0 = s0, t1 = s1, t2 = s2, t3 = s3;
                V high = F.LoadHigh<L, V>(weights);
                V otherHigh = F.LoadHigh<L, V>(weights + 64);
                V low = L.ShiftLeftShorts(high, 4);
                V otherLow = L.ShiftLeftShorts(otherHigh, 4);
                V p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero, q0 = L.Zero, q1 = L.Zero, q2 = L.Zero, q3 = L.Zero;
                for (int vector = 0; vector < 4; vector++)
                {
                    V packed = L.Load(weights + F.HighBytes + (128 * vector));
                    V ownEarly = Low<L, V>(packed, low, four, fifth);
                    V ownLate = High<L, V>(packed, high, four, fifth);
                    packed = L.Load(weights + F.HighBytes + (128 * vector) + 64);
                    V otherEarly = Low<L, V>(packed, otherLow, four, fifth);
                    V otherLate = High<L, V>(packed, otherHigh, four, fifth);
                    byte* at = x + (4 * vector);
                    V early = L.Broadcast(*(int*)at);
                    V late = L.Broadcast(*(int*)(at + 16));
                    p0 = Add<L, V>(p0, ownEarly, early, ownLate, late);
                    q0 = Add<L, V>(q0, otherEarly, early, otherLate, late);
                    at += stride;
                    early = L.Broadcast(*(int*)at);
                    late = L.Broadcast(*(int*)(at + 16));
                    p1 = Add<L, V>(p1, ownEarly, early, ownLate, late);
                    q1 = Add<L, V>(q1, otherEarly, early, otherLate, late);
                    at += stride;
                    early = L.Broadcast(*(int*)at);
                    late = L.Broadcast(*(int*)(at + 16));
                    p2 = Add<L, V>(p2, ownEarly, early, ownLate, late);
                    q2 = Add<L, V>(q2, otherEarly, early, otherLate, late);
                    at += stride;
                    early = L.Broadcast(*(int*)at);
                    late = L.Broadcast(*(int*)(at + 16));
                    p3 = Add<L, V>(p3, ownEarly, early, ownLate, late);
                    q3 = Add<L, V>(q3, otherEarly, early, otherLate, late);
                    if (!F.IsNarrow)
                    {
                        low = L.ShiftRightShorts(low, 1);
                        high = L.ShiftRightShorts(high, 1);
                        otherLow = L.ShiftRightShorts(otherLow, 1);
                        otherHigh = L.ShiftRightShorts(otherHigh, 1);
                        if (vector == 1)
                        {
                            s0 = L.AddIntegers(s0, L.SumShorts(p0));
                            s1 = L.AddIntegers(s1, L.SumShorts(p1));
                            s2 = L.AddIntegers(s2, L.SumShorts(p2));
                            s3 = L.AddIntegers(s3, L.SumShorts(p3));
                            t0 = L.AddIntegers(t0, L.SumShorts(q0));
                            t1 = L.AddIntegers(t1, L.SumShorts(q1));
                            t2 = L.AddIntegers(t2, L.SumShorts(q2));
                            t3 = L.AddIntegers(t3, L.SumShorts(q3));
                            p0 = p1 = p2 = p3 = q0 = q1 = q2 = q3 = L.Zero;
                        }
                    }
                }

                V ownScale = L.LoadHalves(ownScales);
                V otherScale = L.LoadHalves(ownScales + 16);
                byte* scales = x + ActivationBlock.ScaleAt;
                V scale = L.Broadcast(*(float*)scales);
                a0 = Scale<L, V>(a0, s0, p0, ownScale, scale);
                b0 = Scale<L, V>(b0, t0, q0, otherScale, scale);
                scale = L.Broadcast(*(float*)(scales + stride));
                a1 = Scale<L, V>(a1, s1, p1, ownScale, scale);
                b1 = Scale<L, V>(b1, t1, q1, otherScale, scale);
                scale = L.Broadcast(*(float*)(scales + (2 * stride)));
                a2 = Scale<L, V>(a2, s2, p2, ownScale, scale);
                b2 = Scale<L, V>(b2, t2, q2, otherScale, scale);
                scale = L.Broadcast(*(float*)(scales + (3 * stride)));
                a3 = Scale<L, V>(a3, s3, p3, ownScale, scale);
                b3 = Scale<L, V>(b3, t3, q3, otherScale, scale);
                weights += F.BlockBytes;
                ownScales += F.BlockBytes / 2;
                x += ActivationBlock.Size;
            }

            L.Store(sums + lane, a0);
            L.Store(sums + 32 + lane, a1);
            L.Store(sums + 64 + lane, a2);
            L.Store(sums + 96 + lane, a3);
            L.Store(sums + 16 + lane, b0);
            L.Store(sums + 48 + lane, b1);
            L.Store(sums + 80 + lane, b2);
            L.Store(sums + 112 + lane, b3);
        }
    }

    // The products of a block with one row, in integers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Low<L, V>(V packed, V bits, V four, V fifth)
        where L : ILanes<V>
        where V : unmanaged => F.IsNarrow ? L.And(packed, four) : L.Or(L.And(packed, four), L.And(bits, fifth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V High<L, V>(V packed, V bits, V four, V fifth)
        where L : ILanes<V>
        where V : unmanaged => Low<L, V>(L.ShiftRightShorts(packed, 4), bits, four, fifth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Add<L, V>(V shorts, V early, V x, V late, V y)
        where L : ILanes<V>
        where V : unmanaged => L.AddShorts(shorts, L.AddShorts(L.MultiplyAddBytes(early, x), L.MultiplyAddBytes(late, y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Scale<L, V>(V total, V sum, V shorts, V weightScale, V scale)
        where L : ILanes<V>
        where V : unmanaged => L.MultiplyAdd(L.ToSingle(L.AddIntegers(sum, L.SumShorts(shorts))), L.Multiply(weightScale, scale), total);
}
