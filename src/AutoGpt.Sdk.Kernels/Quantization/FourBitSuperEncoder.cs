using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Q4_K by the rule of GGML's reference quantiser: each 32 weights get, of 21 ways to lay sixteen steps over their range, the one whose best scale and minimum leave the least
/// squared error, a weight counting the more the larger it is; then the eight scales and minima are rounded to six bits each.
/// </summary>
internal static class FourBitSuperEncoder
{
    private const int Size = 32;
    private const int Largest = 15;
    private const int Attempts = 21;
    private const int LargestFactor = 63;

    public static void Encode(ReadOnlySpan<float> values, Span<byte> block)
    {
        Span<Vector256<float>> weights = stackalloc Vector256<float>[Size];
        Span<Vector256<int>> quanta = stackalloc Vector256<int>[Size];
        GroupLanes.Read(values, weights);
        (Vector256<float> scales, Vector256<float> minima) = Search(weights, quanta);
        (Vector256<float> steps, Vector256<float> offsets) = WriteFactors(scales, minima, block);

        // With the factors as they are now; a group whose factor is 0 keeps what the search found.
        Vector256<int> kept = Vector256.Equals(steps, Vector256<float>.Zero).AsInt32();
        Span<byte> bytes = block[16..];
        for (int i = 0; i < Size; i++)
        {
            Vector256<int> final = Vector256.ConditionalSelect(kept, quanta[i], GroupLanes.Nearest((weights[i] + offsets) / steps, 0, Largest));
            for (int pair = 0; pair < GroupLanes.Count / 2; pair++)
            {
                bytes[(pair * Size) + i] = (byte)(final[2 * pair] | (final[(2 * pair) + 1] << 4));
            }
        }
    }

    // Weights are near scale · quantum - minimum.
    private static (Vector256<float> Scales, Vector256<float> Minima) Search(ReadOnlySpan<Vector256<float>> weights, Span<Vector256<int>> quanta)
    {
        Span<Vector256<float>> importance = stackalloc Vector256<float>[Size];
        Span<Vector256<int>> attempt = stackalloc Vector256<int>[Size];
        Vector256<float> squares = Vector256<float>.Zero;
        foreach (Vector256<float> weight in weights)
        {
            squares += weight * weight;
        }

        Vector256<float> average = Vector256.Sqrt(squares / Size);
        for (int i = 0; i < Size; i++)
        {
            importance[i] = average + Vector256.Abs(weights[i]);
        }

        (Vector256<float> least, Vector256<float> most, Vector256<float> sum, Vector256<float> sumX) = (weights[0], weights[0], importance[0], importance[0] * weights[0]);
        for (int i = 1; i < Size; i++)
        {
            least = Vector256.ConditionalSelect(Vector256.LessThan(weights[i], least), weights[i], least);
            most = Vector256.ConditionalSelect(Vector256.GreaterThan(weights[i], most), weights[i], most);
            sum += importance[i];
            sumX += importance[i] * weights[i];
        }

        least = Vector256.ConditionalSelect(Vector256.GreaterThan(least, Vector256<float>.Zero), Vector256<float>.Zero, least);
        (Vector256<float> flat, Vector256<float> first) = (Vector256.Equals(most, least), least);
        Vector256<float> inverse = Vector256.Create((float)Largest) / (most - least);
        Vector256<float> scale = Vector256<float>.One / inverse;
        Quantize(weights, inverse, least, quanta);
        Vector256<float> best = Error(weights, importance, quanta, scale, least);
        for (int step = 0; step < Attempts; step++)
        {
            inverse = Vector256.Create(-1f + (0.1f * step) + Largest) / (most - least);
            Quantize(weights, inverse, least, attempt);
            (Vector256<float> sumL, Vector256<float> sumL2, Vector256<float> sumXL) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (int i = 0; i < Size; i++)
            {
                Vector256<float> quantum = Vector256.ConvertToSingle(attempt[i]);
                Vector256<float> weighted = importance[i] * quantum;
                sumL += weighted;
                sumL2 += weighted * quantum;
                sumXL += weighted * weights[i];
            }

            // Least squares; a minimum above 0 cannot be written and is 0.
            Vector256<float> determinant = (sum * sumL2) - (sumL * sumL);
            Vector256<float> thisScale = ((sum * sumXL) - (sumX * sumL)) / determinant;
            Vector256<float> thisLeast = ((sumL2 * sumX) - (sumL * sumXL)) / determinant;
            Vector256<float> above = Vector256.GreaterThan(thisLeast, Vector256<float>.Zero);
            thisLeast = Vector256.ConditionalSelect(above, Vector256<float>.Zero, thisLeast);
            thisScale = Vector256.ConditionalSelect(above, sumXL / sumL2, thisScale);
            Vector256<float> error = Error(weights, importance, attempt, thisScale, thisLeast);
            Vector256<float> better = Vector256.GreaterThan(determinant, Vector256<float>.Zero) & Vector256.LessThan(error, best);
            best = Vector256.ConditionalSelect(better, error, best);
            scale = Vector256.ConditionalSelect(better, thisScale, scale);
            least = Vector256.ConditionalSelect(better, thisLeast, least);
            for (int i = 0; i < Size; i++)
            {
                quanta[i] = Vector256.ConditionalSelect(better.AsInt32(), attempt[i], quanta[i]);
            }
        }

        // Weights that are all the same, and not positive, are their own minimum.
        for (int i = 0; i < Size; i++)
        {
            quanta[i] = Vector256.AndNot(quanta[i], flat.AsInt32());
        }

        return (Vector256.AndNot(scale, flat), -Vector256.ConditionalSelect(flat, first, least));
    }

    private static void Quantize(ReadOnlySpan<Vector256<float>> weights, Vector256<float> inverse, Vector256<float> least, Span<Vector256<int>> quanta)
    {
        for (int i = 0; i < Size; i++)
        {
            quanta[i] = GroupLanes.Nearest(inverse * (weights[i] - least), 0, Largest);
        }
    }

    private static Vector256<float> Error(
        ReadOnlySpan<Vector256<float>> weights, ReadOnlySpan<Vector256<float>> importance, ReadOnlySpan<Vector256<int>> quanta, Vector256<float> scale, Vector256<float> least)
    {
        Vector256<float> error = Vector256<float>.Zero;
        for (int i = 0; i < Size; i++)
        {
            Vector256<float> difference = (scale * Vector256.ConvertToSingle(quanta[i])) + least - weights[i];
            error += importance[i] * (difference * difference);
        }

        return error;
    }

    // Two half-precision factors, then eight six-bit scales and minima in twelve bytes. Returns the products as a reader computes them.
    private static (Vector256<float> Steps, Vector256<float> Offsets) WriteFactors(Vector256<float> scales, Vector256<float> minima, Span<byte> block)
    {
        (float largestScale, float largestMinimum) = (0, 0);
        for (int group = 0; group < GroupLanes.Count; group++)
        {
            largestScale = scales[group] > largestScale ? scales[group] : largestScale;
            largestMinimum = minima[group] > largestMinimum ? minima[group] : largestMinimum;
        }

        (Half factor, Half offset) = ((Half)(largestScale / LargestFactor), (Half)(largestMinimum / LargestFactor));
        BinaryPrimitives.WriteHalfLittleEndian(block, factor);
        BinaryPrimitives.WriteHalfLittleEndian(block[2..], offset);
        float inverseScale = largestScale > 0 ? LargestFactor / largestScale : 0;
        float inverseMinimum = largestMinimum > 0 ? LargestFactor / largestMinimum : 0;
        (Vector256<float> steps, Vector256<float> offsets) = (Vector256<float>.Zero, Vector256<float>.Zero);
        Span<byte> packed = block.Slice(4, 12);
        for (int group = 0; group < GroupLanes.Count; group++)
        {
            // The reference keeps a byte before it takes the lesser.
            int scale = Math.Min((byte)LargestFactor, unchecked((byte)GroupLanes.Nearest(inverseScale * scales[group])));
            int minimum = Math.Min((byte)LargestFactor, unchecked((byte)GroupLanes.Nearest(inverseMinimum * minima[group])));
            if (group < 4)
            {
                packed[group] = (byte)scale;
                packed[group + 4] = (byte)minimum;
            }
            else
            {
                packed[group + 4] = (byte)((scale & 0xF) | ((minimum & 0xF) << 4));
                packed[group - 4] |= (byte)(scale >> 4 << 6);
                packed[group] |= (byte)(minimum >> 4 << 6);
            }

            steps = steps.WithElement(group, (float)factor * scale);
            offsets = offsets.WithElement(group, (float)offset * minimum);
        }

        return (steps, offsets);
    }
}
