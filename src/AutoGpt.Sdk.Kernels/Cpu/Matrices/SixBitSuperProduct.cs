using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// GGML's Q6_K: 256 columns have a half-precision factor, each 16 of them a signed scale: weight = factor · scale · (q − 32). A block of 32 columns of half a tile holds
/// two vectors of upper bits, then four of low halves as in Q4_0. The first has columns 0 to 15: those of vector 0 lie at bits 4 and 5, of 1 at 6 and 7, of 2 at
/// 0 and 1, of 3 at 2 and 3, so that one shift serves two.
/// </summary>
internal readonly unsafe struct SixBitSuperProduct : IProduct
{
    /// <summary>Bytes of 32 columns of half a tile: two vectors of upper bits, four of low halves.</summary>
    public const int HalfBytes = 384;

    /// <summary>Bytes of 32 columns of a tile: both halves, then two scales a row.</summary>
    public const int BlockBytes = (2 * HalfBytes) + 64;

    /// <summary>A factor a row, before the eight blocks that have it.</summary>
    public const int FactorBytes = 64;

    /// <summary>Bytes of 256 columns of a tile.</summary>
    public const int SuperBytes = FactorBytes + (8 * BlockBytes);

    public static int PieceBlocks => 8;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* start = tile + (from / 8 * (long)SuperBytes);
            byte* x = row + (from * ActivationBlock.Size);
            V total = L.Load(sums + lane), otherTotal = L.Load(sums + 16 + lane), factor = L.Zero, otherFactor = L.Zero;
            for (int block = from; block < end; block++)
            {
                if (block % 8 == 0)
                {
                    factor = L.LoadHalves((ushort*)start + lane);
                    otherFactor = L.LoadHalves((ushort*)start + 16 + lane);
                    start += FactorBytes;
                }

                V early = L.Broadcast(-32 * ((ActivationBlock*)x)->FirstSum);
                V late = L.Broadcast(-32 * ((ActivationBlock*)x)->SecondSum);
                V scale = L.Broadcast(((ActivationBlock*)x)->Scale);
                sbyte* small = (sbyte*)start + (2 * HalfBytes) + lane;
                total = AddBlock<L, V>(total, start + (4 * lane), x, early, late, L.Multiply(factor, scale), small);
                otherTotal = AddBlock<L, V>(otherTotal, start + HalfBytes + (4 * lane), x, early, late, L.Multiply(otherFactor, scale), small + 32);
                start += BlockBytes;
                x += ActivationBlock.Size;
            }

            L.Store(sums + lane, total);
            L.Store(sums + 16 + lane, otherTotal);
        }
    }

    // Four rows of half a tile: sums of two kinds a row leave no registers for the other half.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByFour<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        Four<L, V>(tile, 0, row, layout, from, end, sums);
        Four<L, V>(tile, 1, row, layout, from, end, sums + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AddBlock<L, V>(V total, byte* weights, byte* x, V early, V late, V scale, sbyte* small)
        where L : ILanes<V>
        where V : unmanaged
    {
        V four = L.Broadcast(0x0f0f0f0f);
        V two = L.Broadcast(0x30303030);

        V bits = L.Load(weights);
        V lateBits = L.Load(weights + 64);
        V packed = L.Load(weights + 128);
        V next = L.Load(weights + 192);
        early = Add<L, V>(early, Low<L, V>(packed, bits, four, two), L.Broadcast(*(int*)x), Low<L, V>(next, L.ShiftRightShorts(bits, 2), four, two), L.Broadcast(*(int*)(x + 4)));
        late = Add<L, V>(
            late, Low<L, V>(L.ShiftRightShorts(packed, 4), lateBits, four, two), L.Broadcast(*(int*)(x + 16)),
            Low<L, V>(L.ShiftRightShorts(next, 4), L.ShiftRightShorts(lateBits, 2), four, two), L.Broadcast(*(int*)(x + 20)));
        packed = L.Load(weights + 256);
        next = L.Load(weights + 320);
        early = Add<L, V>(
            early, Low<L, V>(packed, L.ShiftLeftShorts(bits, 4), four, two), L.Broadcast(*(int*)(x + 8)),
            Low<L, V>(next, L.ShiftLeftShorts(bits, 2), four, two), L.Broadcast(*(int*)(x + 12)));
        late = Add<L, V>(
            late, Low<L, V>(L.ShiftRightShorts(packed, 4), L.ShiftLeftShorts(lateBits, 4), four, two), L.Broadcast(*(int*)(x + 24)),
            Low<L, V>(L.ShiftRightShorts(next, 4), L.ShiftLeftShorts(lateBits, 2), four, two), L.Broadcast(*(int*)(x + 28)));
        return Scale<L, V>(total, early, late, scale, L.ToSingle(L.LoadSignedBytes(small)), L.ToSingle(L.LoadSignedBytes(small + 16)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Four<L, V>(byte* tile, int half, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        nint stride = layout.Stride;
        V four = L.Broadcast(0x0f0f0f0f);
        V two = L.Broadcast(0x30303030);
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* start = tile + (from / 8 * (long)SuperBytes);
            byte* x = row + (from * ActivationBlock.Size);
            V a0 = L.Load(sums + lane), a1 = L.Load(sums + 32 + lane), a2 = L.Load(sums + 64 + lane), a3 = L.Load(sums + 96 + lane);
            V factor = L.Zero;
            for (int block = from; block < end; block++)
            {
                if (block % 8 == 0)
                {
                    factor = L.LoadHalves((ushort*)start + (16 * half) + lane);
                    start += FactorBytes;
                }

                byte* weights = start + (HalfBytes * half) + (4 * lane);

                byte* xSums = x + ActivationBlock.FirstSumAt;
                V s0 = L.Broadcast(-32 * *(int*)xSums);
                V t0 = L.Broadcast(-32 * *(int*)(xSums + 4));
                V s1 = L.Broadcast(-32 * *(int*)(xSums + stride));
                V t1 = L.Broadcast(-32 * *(int*)(xSums + stride + 4));
                V s2 = L.Broadcast(-32 * *(int*)(xSums + (2 * stride)));
                V t2 = L.Broadcast(-32 * *(int*)(xSums + (2 * stride) + 4));
                V s3 = L.Broadcast(-32 * *(int*)(xSums + (3 * stride)));
                V t3 = L.Broadcast(-32 * *(int*)(xSums + (3 * stride) + 4));
                V earlyBits = L.Load(weights);
                V lateBits = L.Load(weights + 64);
                for (int pair = 0; pair < 2; pair++)
                {
                    byte* at = x + (8 * pair);
                    V packed = L.Load(weights + 128 + (128 * pair));
                    V next = L.Load(weights + 192 + (128 * pair));
                    V ownEarly = Low<L, V>(packed, earlyBits, four, two);
                    V nextEarly = Low<L, V>(next, L.ShiftRightShorts(earlyBits, 2), four, two);
                    V ownLate = Low<L, V>(L.ShiftRightShorts(packed, 4), lateBits, four, two);
                    V nextLate = Low<L, V>(L.ShiftRightShorts(next, 4), L.ShiftRightShorts(lateBits, 2), four, two);
                    s0 = Add<L, V>(s0, ownEarly, L.Broadcast(*(int*)at), nextEarly, L.Broadcast(*(int*)(at + 4)));
                    t0 = Add<L, V>(t0, ownLate, L.Broadcast(*(int*)(at + 16)), nextLate, L.Broadcast(*(int*)(at + 20)));
                    at += stride;
                    s1 = Add<L, V>(s1, ownEarly, L.Broadcast(*(int*)at), nextEarly, L.Broadcast(*(int*)(at + 4)));
                    t1 = Add<L, V>(t1, ownLate, L.Broadcast(*(int*)(at + 16)), nextLate, L.Broadcast(*(int*)(at + 20)));
                    at += stride;
                    s2 = Add<L, V>(s2, ownEarly, L.Broadcast(*(int*)at), nextEarly, L.Broadcast(*(int*)(at + 4)));
                    t2 = Add<L, V>(t2, ownLate, L.Broadcast(*(int*)(at + 16)), nextLate, L.Broadcast(*(int*)(at + 20)));
                    at += stride;
                    s3 = Add<L, V>(s3, ownEarly, L.Broadcast(*(int*)at), nextEarly, L.Broadcast(*(int*)(at + 4)));
                    t3 = Add<L, V>(t3, ownLate, L.Broadcast(*(int*)(at + 16)), nextLate, L.Broadcast(*(int*)(at + 20)));
                    earlyBits = L.ShiftLeftShorts(earlyBits, 4);
                    lateBits = L.ShiftLeftShorts(lateBits, 4);
                }

                sbyte* small = (sbyte*)start + (2 * HalfBytes) + (32 * half) + lane;
                V earlyScale = L.ToSingle(L.LoadSignedBytes(small));
                V lateScale = L.ToSingle(L.LoadSignedBytes(small + 16));
                byte* scales = x + ActivationBlock.ScaleAt;
                a0 = Scale<L, V>(a0, s0, t0, L.Multiply(factor, L.Broadcast(*(float*)scales)), earlyScale, lateScale);
                a1 = Scale<L, V>(a1, s1, t1, L.Multiply(factor, L.Broadcast(*(float*)(scales + stride))), earlyScale, lateScale);
                a2 = Scale<L, V>(a2, s2, t2, L.Multiply(factor, L.Broadcast(*(float*)(scales + (2 * stride)))), earlyScale, lateScale);
                a3 = Scale<L, V>(a3, s3, t3, L.Multiply(factor, L.Broadcast(*(float*)(scales + (3 * stride)))), earlyScale, lateScale);
                start += BlockBytes;
                x += ActivationBlock.Size;
            }

            L.Store(sums + lane, a0);
            L.Store(sums + 32 + lane, a1);
            L.Store(sums + 64 + lane, a2);
            L.Store(sums + 96 + lane, a3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Low<L, V>(V packed, V bits, V four, V two)
        where L : ILanes<V>
        where V : unmanaged => L.Or(L.And(packed, four), L.And(bits, two));

    // Two products of 63 · 127 · 2 fit 16 bits, three do not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Add<L, V>(V sum, V weights, V x, V next, V y)
        where L : ILanes<V>
        where V : unmanaged => L.AddIntegers(sum, L.SumShorts(L.AddShorts(L.MultiplyAddBytes(weights, x), L.MultiplyAddBytes(next, y))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Scale<L, V>(V total, V early, V late, V scale, V earlyScale, V lateScale)
        where L : ILanes<V>
        where V : unmanaged
    {
        total = L.MultiplyAdd(L.ToSingle(early), L.Multiply(scale, earlyScale), total);
        return L.MultiplyAdd(L.ToSingle(late), L.Multiply(scale, lateScale), total);
    }
}
