using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Weights as signed bytes with a scale per 32. The processor multiplies unsigned by signed bytes: |x| times w with its bits turned where x is negative, which is
/// −w − 1 there, so that the negatives' magnitudes are added once a block. Sums of two fit 16 bits: 127 · 128 · 2.
/// </summary>
internal readonly unsafe struct ByteProduct : IProduct
{
    /// <summary>Bytes of a block of a tile: eight times four columns of 32 rows, then the rows' scales.</summary>
    public const int BlockBytes = (8 * 128) + 64;

    public static int PieceBlocks => 8;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ByOne<L, V>(byte* tile, byte* row, ActivationLayout layout, int from, int end, float* sums)
        where L : ILanes<V>
        where V : unmanaged
    {
        ActivationBlock* x = (ActivationBlock*)row;
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* weights = tile + (from * (long)BlockBytes) + (4 * lane);
            ushort* ownScales = (ushort*)(tile + (from * (long)BlockBytes) + (8 * 128)) + lane;
            byte* magnitudes = row + layout.Magnitudes + (from * ActivationBlock.Columns);
            byte* signs = row + layout.Signs + (from * ActivationBlock.Columns);
            V total = L.Load(sums + lane);
            V otherTotal = L.Load(sums + 16 + lane);
            for (int block = from; block < end; block++)
            {
                V sum = L.Broadcast(x[block].Negatives);
                V otherSum = sum;
                for (int group = 0; group < 8; group++)
                {
                    V magnitude = L.Broadcast(*(int*)magnitudes);
                    V sign = L.Broadcast(*(int*)signs);
                    sum = Add<L, V>(sum, magnitude, L.Xor(sign, L.Load(weights)));
                    otherSum = Add<L, V>(otherSum, magnitude, L.Xor(sign, L.Load(weights + 64)));
                    weights += 128;
                    magnitudes += 4;
                    signs += 4;
                }

                V scale = L.Broadcast(x[block].Scale);
                total = L.MultiplyAdd(L.ToSingle(sum), L.Multiply(L.LoadHalves(ownScales), scale), total);
                otherTotal = L.MultiplyAdd(L.ToSingle(otherSum), L.Multiply(L.LoadHalves(ownScales + 16), scale), otherTotal);
                weights += 64;
                ownScales += BlockBytes / 2;
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
        for (int lane = 0; lane < 16; lane += L.Count)
        {
            byte* weights = tile + (from * (long)BlockBytes) + (4 * lane);
            ushort* ownScales = (ushort*)(tile + (from * (long)BlockBytes) + (8 * 128)) + lane;
            byte* magnitudes = row + layout.Magnitudes + (from * ActivationBlock.Columns);
            nint toSigns = layout.Signs - layout.Magnitudes;
            V a0 = L.Load(sums + lane), a1 = L.Load(sums + 32 + lane), a2 = L.Load(sums + 64 + lane), a3 = L.Load(sums + 96 + lane);
            V b0 = L.Load(sums + 16 + lane), b1 = L.Load(sums + 48 + lane), b2 = L.Load(sums + 80 + lane), b3 = L.Load(sums + 112 + lane);
            for (int block = from; block < end; block++)
            {
                byte* negatives = row + (ActivationBlock.Size * block) + ActivationBlock.NegativesAt;
                V s0 = L.Broadcast(*(int*)negatives);
                V s1 = L.Broadcast(*(int*)(negatives + stride));
                V s2 = L.Broadcast(*(int*)(negatives + (2 * stride)));
                V s3 = L.Broadcast(*(int*)(negatives + (3 * stride)));
                V t0 = s0, t1 = s1, t2 = s2, t3 = s3;
                for (int group = 0; group < 8; group++)
                {
                    V own = L.Load(weights);
                    V other = L.Load(weights + 64);
                    byte* at = magnitudes;
                    V magnitude = L.Broadcast(*(int*)at);
                    V sign = L.Broadcast(*(int*)(at + toSigns));
                    s0 = Add<L, V>(s0, magnitude, L.Xor(sign, own));
                    t0 = Add<L, V>(t0, magnitude, L.Xor(sign, other));
                    at += stride;
                    magnitude = L.Broadcast(*(int*)at);
                    sign = L.Broadcast(*(int*)(at + toSigns));
                    s1 = Add<L, V>(s1, magnitude, L.Xor(sign, own));
                    t1 = Add<L, V>(t1, magnitude, L.Xor(sign, other));
                    at += stride;
                    magnitude = L.Broadcast(*(int*)at);
                    sign = L.Broadcast(*(int*)(at + toSigns));
                    s2 = Add<L, V>(s2, magnitude, L.Xor(sign, own));
                    t2 = Add<L, V>(t2, magnitude, L.Xor(sign, other));
                    at += stride;
                    magnitude = L.Broadcast(*(int*)at);
                    sign = L.Broadcast(*(int*)(at + toSigns));
                    s3 = Add<L, V>(s3, magnitude, L.Xor(sign, own));
                    t3 = Add<L, V>(t3, magnitude, L.Xor(sign, other));
                    weights += 128;
                    magnitudes += 4;
                }

                byte* scales = row + (ActivationBlock.Size * block) + ActivationBlock.ScaleAt;
                V ownScale = L.LoadHalves(ownScales);
                V otherScale = L.LoadHalves(ownScales + 16);
                V scale = L.Broadcast(*(float*)scales);
                a0 = L.MultiplyAdd(L.ToSingle(s0), L.Multiply(ownScale, scale), a0);
                b0 = L.MultiplyAdd(L.ToSingle(t0), L.Multiply(otherScale, scale), b0);
                scale = L.Broadcast(*(float*)(scales + stride));
                a1 = L.MultiplyAdd(L.ToSingle(s1), L.Multiply(ownScale, scale), a1);
                b1 = L.MultiplyAdd(L.ToSingle(t1), L.Multiply(otherScale, scale), b1);
                scale = L.Broadcast(*(float*)(scales + (2 * stride)));
                a2 = L.MultiplyAdd(L.ToSingle(s2), L.Multiply(ownScale, scale), a2);
                b2 = L.MultiplyAdd(L.ToSingle(t2), L.Multiply(otherScale, scale), b2);
                scale = L.Broadcast(*(float*)(scales + (3 * stride)));
                a3 = L.MultiplyAdd(L.ToSingle(s3), L.Multiply(ownScale, scale), a3);
                b3 = L.MultiplyAdd(L.ToSingle(t3), L.Multiply(otherScale, scale), b3);
                weights += 64;
                ownScales += BlockBytes / 2;
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
    private static V Add<L, V>(V sum, V magnitude, V weights)
        where L : ILanes<V>
        where V : unmanaged => L.AddIntegers(sum, L.SumShorts(L.MultiplyAddBytes(magnitude, weights)));
}
