using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Scores and mixes over one page, four queries at a time, which share the reading of keys and values.</summary>
internal abstract unsafe class AttentionKernel
{
    /// <summary>Queries that go through a page together.</summary>
    public const int Together = 4;

    /// <summary>The kernel for a format.</summary>
    /// <param name="format">How keys and values are kept.</param>
    /// <param name="width">Bits of a vector: 512, 256, 128, or 32 for none.</param>
    public static AttentionKernel Of(KeyValueFormat format, int width) => format switch
    {
        KeyValueFormat.F32 => Of<CachedSingles>(width),
        KeyValueFormat.F16 => Of<CachedHalves>(width),
        KeyValueFormat.Q8 => Of<CachedBytes>(width),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a cache format."),
    };

    /// <summary><c>scores[q, p] = queries[q] · keys[p]</c> for the page's 32 positions.</summary>
    public abstract void Score(float** queries, byte* head, KeyValueShape shape, float* scores);

    /// <summary><c>mixed[q] = mixed[q] · keep[q] + Σ weights[q, p] · values[p]</c>.</summary>
    public abstract void Mix(float* weights, float* keep, byte* head, KeyValueShape shape, float** mixed);

    private static AttentionKernel Of<C>(int width)
        where C : ICachedNumbers => width switch
        {
            512 => new OnLanes<C, Lanes512, Vector512<int>>(),
            256 => new OnLanes<C, Lanes256, Vector256<int>>(),
            128 => new OnLanes<C, Lanes128, Vector128<int>>(),
            _ => new OnLanes<C, ScalarLanes, int>(),
        };

    private sealed class OnLanes<C, L, V> : AttentionKernel
        where C : ICachedNumbers
        where L : ILanes<V>
        where V : unmanaged
    {
        public override void Score(float** queries, byte* head, KeyValueShape shape, float* scores)
        {
            float* q0 = queries[0], q1 = queries[1], q2 = queries[2], q3 = queries[3];
            for (int lane = 0; lane < KeyValueShape.PagePositions; lane += L.Count)
            {
                byte* tile = head + (lane / 16 * shape.KeyTileBytes);
                byte* keys = tile + (lane % 16 * C.Bytes);
                ushort* scales = (ushort*)(tile + (16 * shape.HeadSize * C.Bytes)) + (lane % 16);
                V s0 = L.Zero, s1 = L.Zero, s2 = L.Zero, s3 = L.Zero;
                for (int start = 0; start < shape.HeadSize; start += 32)
                {
                    int end = Math.Min(start + 32, shape.HeadSize);
                    V p0 = L.Zero, p1 = L.Zero, p2 = L.Zero, p3 = L.Zero;
                    for (int element = start; element < end; element++)
                    {
                        V key = C.Load<L, V>(keys);
                        p0 = L.MultiplyAdd(key, L.Broadcast(q0[element]), p0);
                        p1 = L.MultiplyAdd(key, L.Broadcast(q1[element]), p1);
                        p2 = L.MultiplyAdd(key, L.Broadcast(q2[element]), p2);
                        p3 = L.MultiplyAdd(key, L.Broadcast(q3[element]), p3);
                        keys += 16 * C.Bytes;
                    }

                    if (C.HasScales)
                    {
                        V scale = L.LoadHalves(scales);
                        s0 = L.MultiplyAdd(p0, scale, s0);
                        s1 = L.MultiplyAdd(p1, scale, s1);
                        s2 = L.MultiplyAdd(p2, scale, s2);
                        s3 = L.MultiplyAdd(p3, scale, s3);
                        scales += 16;
                    }
                    else
                    {
                        s0 = L.Add(s0, p0);
                        s1 = L.Add(s1, p1);
                        s2 = L.Add(s2, p2);
                        s3 = L.Add(s3, p3);
                    }
                }

                L.Store(scores + lane, s0);
                L.Store(scores + 32 + lane, s1);
                L.Store(scores + 64 + lane, s2);
                L.Store(scores + 96 + lane, s3);
            }
        }

        public override void Mix(float* weights, float* keep, byte* head, KeyValueShape shape, float** mixed)
        {
            byte* values = head + (2 * shape.KeyTileBytes);
            Half* scales = (Half*)(values + (KeyValueShape.PagePositions * shape.ValueStride));
            float* scaled = stackalloc float[4 * 32];
            int step = shape.ValueStride * C.Bytes;
            for (int element = 0; element < shape.ValueStride; element += L.Count)
            {
                float* factors = weights;
                if (C.HasScales)
                {
                    factors = scaled;
                    if (element % 32 == 0)
                    {
                        for (int position = 0; position < 32; position++)
                        {
                            float scale = (float)scales[(position * shape.Blocks) + (element / 32)];
                            scaled[position] = weights[position] * scale;
                            scaled[32 + position] = weights[32 + position] * scale;
                            scaled[64 + position] = weights[64 + position] * scale;
                            scaled[96 + position] = weights[96 + position] * scale;
                        }
                    }
                }

                byte* from = values + (element * C.Bytes);
                V m0 = L.Multiply(L.Load(mixed[0] + element), L.Broadcast(keep[0]));
                V m1 = L.Multiply(L.Load(mixed[1] + element), L.Broadcast(keep[1]));
                V m2 = L.Multiply(L.Load(mixed[2] + element), L.Broadcast(keep[2]));
                V m3 = L.Multiply(L.Load(mixed[3] + element), L.Broadcast(keep[3]));
                for (int position = 0; position < 32; position++)
                {
                    V value = C.Load<L, V>(from);
                    m0 = L.MultiplyAdd(value, L.Broadcast(factors[position]), m0);
                    m1 = L.MultiplyAdd(value, L.Broadcast(factors[32 + position]), m1);
                    m2 = L.MultiplyAdd(value, L.Broadcast(factors[64 + position]), m2);
                    m3 = L.MultiplyAdd(value, L.Broadcast(factors[96 + position]), m3);
                    from += step;
                }

                L.Store(mixed[0] + element, m0);
                L.Store(mixed[1] + element, m1);
                L.Store(mixed[2] + element, m2);
                L.Store(mixed[3] + element, m3);
            }
        }
    }
}
