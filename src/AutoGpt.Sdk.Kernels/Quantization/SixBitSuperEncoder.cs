using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Q6_K by the rule of GGML's reference quantiser: each 16 weights get, of 19 ways to spread 64 steps, the one whose best scale leaves the least squared error, a weight counting
/// by its square; then the sixteen scales are rounded to eight bits each.
/// </summary>
internal static class SixBitSuperEncoder
{
    private const int Size = 16;
    private const int Groups = 16;
    private const int Middle = 32;
    private const int Attempts = 9;

    // Below this a group, or a whole block, counts as zeros.
    private const float Nothing = 1e-15f;

    public static void Encode(ReadOnlySpan<float> values, Span<byte> block)
    {
        Span<Vector256<float>> weights = stackalloc Vector256<float>[2 * Size];
        Span<Vector256<int>> quanta = stackalloc Vector256<int>[2 * Size];
        Span<float> scales = stackalloc float[Groups];
        for (int half = 0; half < 2; half++)
        {
            Span<Vector256<float>> part = weights.Slice(half * Size, Size);
            GroupLanes.Read(values.Slice(half * Size * GroupLanes.Count, Size * GroupLanes.Count), part);
            Search(part, quanta.Slice(half * Size, Size)).CopyTo(scales[(half * GroupLanes.Count)..]);
        }

        float largest = 0;
        foreach (float scale in scales)
        {
            largest = MathF.Abs(scale) > MathF.Abs(largest) ? scale : largest;
        }

        block.Clear();
        if (MathF.Abs(largest) < Nothing)
        {
            return;
        }

        float inverse = -128 / largest;
        var factor = (Half)(1 / inverse);
        BinaryPrimitives.WriteHalfLittleEndian(block[208..], factor);
        Span<float> steps = stackalloc float[Groups];
        for (int group = 0; group < Groups; group++)
        {
            sbyte rounded = unchecked((sbyte)Math.Min(127, GroupLanes.Nearest(inverse * scales[group])));
            block[192 + group] = (byte)rounded;
            steps[group] = (float)factor * rounded;
        }

        for (int half = 0; half < 2; half++)
        {
            var lanes = Vector256.Create<float>(steps.Slice(half * GroupLanes.Count, GroupLanes.Count));

            // With the scales as they are now; a group whose scale is 0 keeps what the search found.
            Vector256<int> kept = Vector256.Equals(lanes, Vector256<float>.Zero).AsInt32();
            for (int i = 0; i < Size; i++)
            {
                Vector256<int> final = GroupLanes.Nearest(weights[(half * Size) + i] / lanes, -Middle, Middle - 1) + Vector256.Create(Middle);
                Pack(Vector256.ConditionalSelect(kept, quanta[(half * Size) + i], final), i, block.Slice(half * 64, 64), block.Slice(128 + (half * 32), 32));
            }
        }
    }

    // Weights are near scale · (quantum - 32).
    private static Vector256<float> Search(ReadOnlySpan<Vector256<float>> weights, Span<Vector256<int>> quanta)
    {
        (Vector256<float> magnitude, Vector256<float> largest) = (Vector256<float>.Zero, Vector256<float>.Zero);
        foreach (Vector256<float> weight in weights)
        {
            Vector256<float> larger = Vector256.GreaterThan(Vector256.Abs(weight), magnitude);
            magnitude = Vector256.ConditionalSelect(larger, Vector256.Abs(weight), magnitude);
            largest = Vector256.ConditionalSelect(larger, weight, largest);
        }

        Vector256<float> nothing = Vector256.LessThan(magnitude, Vector256.Create(Nothing));
        (Vector256<float> inverse, Vector256<float> sum, Vector256<float> squares) = Fit(weights, largest, 0);
        Vector256<float> scale = Vector256.ConditionalSelect(Vector256.Equals(squares, Vector256<float>.Zero), Vector256<float>.Zero, sum / squares);
        Vector256<float> best = scale * sum;
        Vector256<float> taken = inverse;
        for (int step = -Attempts; step <= Attempts; step++)
        {
            if (step == 0)
            {
                continue;
            }

            (inverse, sum, squares) = Fit(weights, largest, step);
            Vector256<float> better = Vector256.GreaterThan(squares, Vector256<float>.Zero) & Vector256.GreaterThan(sum * sum, best * squares);
            scale = Vector256.ConditionalSelect(better, sum / squares, scale);
            best = Vector256.ConditionalSelect(better, scale * sum, best);
            taken = Vector256.ConditionalSelect(better, inverse, taken);
        }

        for (int i = 0; i < Size; i++)
        {
            quanta[i] = Vector256.AndNot(Quantum(weights[i], taken) + Vector256.Create(Middle), nothing.AsInt32());
        }

        return Vector256.AndNot(scale, nothing);
    }

    // The largest weight at -32, or up to 0.9 to either side of it.
    private static (Vector256<float> Inverse, Vector256<float> Sum, Vector256<float> Squares) Fit(ReadOnlySpan<Vector256<float>> weights, Vector256<float> largest, int step)
    {
        Vector256<float> inverse = Vector256.Create(-(Middle + (0.1f * step))) / largest;
        (Vector256<float> sum, Vector256<float> squares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        foreach (Vector256<float> weight in weights)
        {
            Vector256<float> quantum = Vector256.ConvertToSingle(Quantum(weight, inverse));
            Vector256<float> importance = weight * weight;
            sum += importance * weight * quantum;
            squares += importance * quantum * quantum;
        }

        return (inverse, sum, squares);
    }

    private static Vector256<int> Quantum(Vector256<float> weight, Vector256<float> inverse) => GroupLanes.Nearest(inverse * weight, -Middle, Middle - 1);

    // Of half a block: weight i of each of eight groups of 16, which are four runs of 32. Runs 0 and 2, 1 and 3 share bytes of nibbles, all four a byte of upper pairs of bits.
    private static void Pack(Vector256<int> quanta, int i, Span<byte> nibbles, Span<byte> upper)
    {
        for (int group = 0; group < 2; group++)
        {
            int place = (group * Size) + i;
            (int a, int b, int c, int d) = (quanta[group], quanta[group + 2], quanta[group + 4], quanta[group + 6]);
            nibbles[place] = (byte)((a & 0xF) | ((c & 0xF) << 4));
            nibbles[place + 32] = (byte)((b & 0xF) | ((d & 0xF) << 4));
            upper[place] = (byte)((a >> 4) | (b >> 4 << 2) | (c >> 4 << 4) | (d >> 4 << 6));
        }
    }
}
