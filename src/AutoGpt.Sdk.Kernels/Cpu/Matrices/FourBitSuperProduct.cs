using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// GGML's Q4_K: 256 columns have two half-precision factors, each 32 of them a small scale and a small minimum, both unsigned:
/// weight = factor · scale · q − factor' · minimum. The minimum times the sum of the activations is taken off a block.
/// </summary>
internal readonly unsafe struct FourBitSuperProduct : IProduct
{
    /// <summary>Bytes of 32 columns of a tile: four times 32 rows' pairs of groups of four columns, then the rows' scales and minimums.</summary>
    public const int BlockBytes = 512 + 64;

    /// <summary>Two factors a row, before the eight blocks that have them.</summary>
    public const int FactorBytes = 128;

    /// <summary>Bytes of 256 columns of a tile.</summary>
    public const int SuperBytes = FactorBytes + (8 * BlockBytes);

    public static int PieceBlocks => 8;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        V four = L.Broadcast(0x0f0f0f0f);
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* start = tile + (from / 8 * (long)SuperBytes);
            byte* x = row + (from * ActivationBlock.Size);
            V total = L.Load(sums + lane);
            V otherTotal = L.Load(sums + 16 + lane);
            V factor = L.Zero, minimum = L.Zero, otherFactor = L.Zero, otherMinimum = L.Zero;
            for (int block = from; block < end; block++)
            {
                if (block % 8 == 0)
                {
                    ushort* factors = (ushort*)start + lane;
                    factor = L.LoadHalves(factors);
                    otherFactor = L.LoadHalves(factors + 16);
                    minimum = L.LoadHalves(factors + 32);
                    otherMinimum = L.LoadHalves(factors + 48);
                    start += FactorBytes;
                }

                byte* weights = start + (4 * lane);

                V shorts = L.Zero;
                V otherShorts = L.Zero;
                for (int vector = 0; vector < 4; vector++)
                {
                    V early = L.Broadcast(*(int*)(x + (4 * vector)));
                    V late = L.Broadcast(*(int*)(x + 16 + (4 * vector)));
                    V packed = L.Load(weights + (128 * vector));
                    shorts = L.AddShorts(shorts, L.MultiplyAddBytes(L.And(packed, four), early));
                    shorts = L.AddShorts(shorts, L.MultiplyAddBytes(L.And(L.ShiftRightShorts(packed, 4), four), late));
                    packed = L.Load(weights + (128 * vector) + 64);
                    otherShorts = L.AddShorts(otherShorts, L.MultiplyAddBytes(L.And(packed, four), early));
                    otherShorts = L.AddShorts(otherShorts, L.MultiplyAddBytes(L.And(L.ShiftRightShorts(packed, 4), four), late));
                }

                float xScale = ((ActivationBlock*)x)->Scale;
                V scale = L.Broadcast(xScale);
                V negative = L.Broadcast(-xScale * ((ActivationBlock*)x)->Sum);
                byte* at = start + 512 + lane;
                total = Scale<L, V>(total, shorts, factor, minimum, at, scale, negative);
                otherTotal = Scale<L, V>(otherTotal, otherShorts, otherFactor, otherMinimum, at + 16, scale, negative);
                start += BlockBytes;
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
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* start = tile + (from / 8 * (long)SuperBytes);
            byte* x = row + (from * ActivationBlock.Size);
            V a0 = L.Load(sums + lane), a1 = L.Load(sums + 32 + lane), a2 = L.Load(sums + 64 + lane), a3 = L.Load(sums + 96 + lane);
            V b0 = L.Load(sums + 16 + lane), b1 = L.Load(sums + 48 + lane), b2 = L.Load(sums + 80 + lane), b3 = L.Load(sums + 112 + lane);
            V factor = L.Zero, minimum = L.Zero, otherFactor = L.Zero, otherMinimum = L.Zero;
            for (int block = from; block < end; block++)
            {
                if (block % 8 == 0)
                {
                    ushort* factors = (ushort*)start + lane;
                    factor = L.LoadHalves(factors);
                    otherFactor = L.LoadHalves(factors + 16);
                    minimum = L.LoadHalves(factors + 32);
                    otherMinimum = L.LoadHalves(factors + 48);
                    start += FactorBytes;
                }

                byte* weights = start + (4 * lane);

                V p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero, q0 = L.Zero, q1 = L.Zero, q2 = L.Zero, q3 = L.Zero;
                for (int vector = 0; vector < 4; vector++)
                {
                    V packed = L.Load(weights + (128 * vector));
                    V ownEarly = L.And(packed, four);
                    V ownLate = L.And(L.ShiftRightShorts(packed, 4), four);
                    packed = L.Load(weights + (128 * vector) + 64);
                    V otherEarly = L.And(packed, four);
                    V otherLate = L.And(L.ShiftRightShorts(packed, 4), four);
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
                }

                byte* own = start + 512 + lane;
                byte* other = own + 16;
                byte* scales = x + ActivationBlock.ScaleAt;
                byte* xSums = x + ActivationBlock.SumAt;
                V scale = L.Broadcast(*(float*)scales);
                V negative = L.Broadcast(-*(float*)scales * *(int*)xSums);
                a0 = Scale<L, V>(a0, p0, factor, minimum, own, scale, negative);
                b0 = Scale<L, V>(b0, q0, otherFactor, otherMinimum, other, scale, negative);
                scale = L.Broadcast(*(float*)(scales + stride));
                negative = L.Broadcast(-*(float*)(scales + stride) * *(int*)(xSums + stride));
                a1 = Scale<L, V>(a1, p1, factor, minimum, own, scale, negative);
                b1 = Scale<L, V>(b1, q1, otherFactor, otherMinimum, other, scale, negative);
                scale = L.Broadcast(*(float*)(scales + (2 * stride)));
                negative = L.Broadcast(-*(float*)(scales + (2 * stride)) * *(int*)(xSums + (2 * stride)));
                a2 = Scale<L, V>(a2, p2, factor, minimum, own, scale, negative);
                b2 = Scale<L, V>(b2, q2, otherFactor, otherMinimum, other, scale, negative);
                scale = L.Broadcast(*(float*)(scales + (3 * stride)));
                negative = L.Broadcast(-*(float*)(scales + (3 * stride)) * *(int*)(xSums + (3 * stride)));
                a3 = Scale<L, V>(a3, p3, factor, minimum, own, scale, negative);
                b3 = Scale<L, V>(b3, q3, otherFactor, otherMinimum, other, scale, negative);
                start += BlockBytes;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Add<L, V>(V shorts, V early, V x, V late, V y)
        where L : ILanes<V>
        where V : unmanaged => L.AddShorts(shorts, L.AddShorts(L.MultiplyAddBytes(early, x), L.MultiplyAddBytes(late, y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Scale<L, V>(V total, V shorts, V factor, V minimum, byte* at, V scale, V negative)
        where L : ILanes<V>
        where V : unmanaged
    {
        total = L.MultiplyAdd(L.ToSingle(L.SumShorts(shorts)), L.Multiply(L.Multiply(factor, L.ToSingle(L.LoadBytes(at))), scale), total);
        return L.MultiplyAdd(L.Multiply(minimum, L.ToSingle(L.LoadBytes(at + 32))), negative, total);
    }
}
