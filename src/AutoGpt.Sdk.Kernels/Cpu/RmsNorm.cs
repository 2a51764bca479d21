using System.Numerics;
using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Root-mean-square normalisation (Zhang and Sennrich 2019).</summary>
public static class RmsNorm
{
    /// <summary><c>output = x / sqrt(mean(x²) + epsilon) · weight</c>.</summary>
    /// <param name="x"><c>[width]</c>.</param>
    /// <param name="weight">Scale, <c>[width]</c>.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="output">Receives <c>[width]</c>; may be <paramref name="x"/>.</param>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> output)
    {
        Scale(x, weight, ScaleOf(x, epsilon), output);
    }

    /// <summary><c>output = x · scale · weight</c> for each row, with <c>scale = 1 / sqrt(mean(x²) + epsilon)</c>.</summary>
    /// <param name="x"><c>[rows, width]</c>.</param>
    /// <param name="weight"><c>[width]</c>.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="output">Receives <c>[rows, width]</c>; may be <paramref name="x"/>.</param>
    /// <param name="scales">Receives <c>[rows]</c>, which <see cref="Gradient"/> asks for.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void ApplyToRows(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> output, Span<float> scales)
    {
        Require(weight.Length, scales.Length, x.Length, output.Length);
        for (int row = 0; row < scales.Length; row++)
        {
            Range numbers = (row * weight.Length)..((row + 1) * weight.Length);
            scales[row] = ScaleOf(x[numbers], epsilon);
            Scale(x[numbers], weight, scales[row], output[numbers]);
        }
    }

    /// <summary>The derivatives of <see cref="ApplyToRows"/> times those of its output.</summary>
    /// <param name="x">What went in, <c>[rows, width]</c>.</param>
    /// <param name="weight"><c>[width]</c>.</param>
    /// <param name="scales"><c>[rows]</c>.</param>
    /// <param name="gradient">Of the output, <c>[rows, width]</c>.</param>
    /// <param name="xGradient">Receives <c>[rows, width]</c>; may be <paramref name="gradient"/>.</param>
    /// <param name="weightGradient">The weight's is added to it, <c>[width]</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void Gradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> scales, ReadOnlySpan<float> gradient, Span<float> xGradient, Span<float> weightGradient)
    {
        Require(weight.Length, scales.Length, x.Length, gradient.Length, xGradient.Length);
        Require(weight.Length, 1, weightGradient.Length);
        int width = weight.Length, count = Vector<float>.Count;
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<float> from = x.Slice(row * width, width);
            ReadOnlySpan<float> outer = gradient.Slice(row * width, width);
            Span<float> to = xGradient.Slice(row * width, width);
            float scale = scales[row];

            // With y = x · scale and g = gradient · weight: dx = scale · (g − y · mean(g · y)), dweight = gradient · y.
            Vector<float> sums = Vector<float>.Zero;
            int i = 0;
            for (; i <= width - count; i += count)
            {
                Vector<float> product = new Vector<float>(outer[i..]) * new Vector<float>(from[i..]) * scale;
                (new Vector<float>(weightGradient[i..]) + product).CopyTo(weightGradient[i..]);
                sums = Vector.MultiplyAddEstimate(product, new Vector<float>(weight[i..]), sums);
            }

            float sum = Vector.Sum(sums);
            for (; i < width; i++)
            {
                float product = outer[i] * from[i] * scale;
                weightGradient[i] += product;
                sum += product * weight[i];
            }

            float along = sum / width * scale;
            for (i = 0; i <= width - count; i += count)
            {
                (((new Vector<float>(outer[i..]) * new Vector<float>(weight[i..])) - (new Vector<float>(from[i..]) * along)) * scale).CopyTo(to[i..]);
            }

            for (; i < width; i++)
            {
                to[i] = ((outer[i] * weight[i]) - (from[i] * along)) * scale;
            }
        }
    }

    /// <summary>What a row is multiplied by.</summary>
    internal static float ScaleOf(ReadOnlySpan<float> row, float epsilon) => 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(row) / row.Length) + epsilon);

    private static void Scale(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, Span<float> output)
    {
        TensorPrimitives.Multiply(x, scale, output);
        TensorPrimitives.Multiply(output, weight, output);
    }

    private static void Require(int width, int rows, params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
        {
            if (length != rows * width)
            {
                throw new ArgumentException($"{rows} rows of {width} have {rows * width} numbers; one span has {length}.");
            }
        }
    }
}
