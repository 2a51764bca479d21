using System.Numerics;
using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>One pass over parameter, gradient, mean and mean square. Each element's result depends on nothing but its own four numbers.</summary>
internal static class AdamWKernel
{
    private const int Chunk = 1 << 16;

    public static void Apply(Tensor parameter, Tensor gradient, Tensor mean, Tensor square, AdamWUpdate update, bool decays)
    {
        int length = TensorSpan.Of(parameter).Length;
        int chunks = (length + Chunk - 1) / Chunk;

        // Spans do not cross into the lambda; each chunk takes its own.
        void Run(int chunk)
        {
            Range range = (chunk * Chunk)..Math.Min(length, (chunk + 1) * Chunk);
            Apply(TensorSpan.Of(parameter)[range], TensorSpan.Of(gradient)[range], TensorSpan.Of(mean)[range], TensorSpan.Of(square)[range], update, update.Shrinkage(decays));
        }

        TorchThreads.For(chunks, Run);
    }

    /// <summary>The sum of squares, accumulated in double precision.</summary>
    public static double SquareSum(ReadOnlySpan<float> values)
    {
        double total = 0;
        for (; values.Length > 0; values = values[Math.Min(values.Length, 1024)..])
        {
            // Short runs in single precision, summed in double: exact enough and four times as fast.
            ReadOnlySpan<float> run = values[..Math.Min(values.Length, 1024)];
            total += System.Numerics.Tensors.TensorPrimitives.SumOfSquares(run);
        }

        return total;
    }

    private static void Apply(Span<float> parameter, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, AdamWUpdate update, float shrinkage)
    {
        Span<Vector<float>> parameters = MemoryMarshal.Cast<float, Vector<float>>(parameter);
        ReadOnlySpan<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        Span<Vector<float>> means = MemoryMarshal.Cast<float, Vector<float>>(mean);
        Span<Vector<float>> squares = MemoryMarshal.Cast<float, Vector<float>>(square);
        var scale = new Vector<float>(update.GradientScale);
        var newMean = new Vector<float>(1 - update.Beta1);
        var newSquare = new Vector<float>(1 - update.Beta2);
        var beta2 = new Vector<float>(update.Beta2);
        var rootScale = new Vector<float>(update.RootScale);
        var epsilon = new Vector<float>(update.Epsilon);
        var step = new Vector<float>(update.StepSize);
        var keep = new Vector<float>(1 - shrinkage);
        for (int i = 0; i < parameters.Length; i++)
        {
            Vector<float> g = gradients[i] * scale;
            Vector<float> m = means[i] + (newMean * (g - means[i]));
            Vector<float> v = (beta2 * squares[i]) + (newSquare * g * g);
            means[i] = m;
            squares[i] = v;
            parameters[i] = (parameters[i] * keep) - (step * m / ((Vector.SquareRoot(v) * rootScale) + epsilon));
        }

        for (int i = parameters.Length * Vector<float>.Count; i < parameter.Length; i++)
        {
            float g = gradient[i] * update.GradientScale;
            mean[i] += (1 - update.Beta1) * (g - mean[i]);
            square[i] = (update.Beta2 * square[i]) + ((1 - update.Beta2) * g * g);
            parameter[i] = (parameter[i] * (1 - shrinkage)) - (update.StepSize * mean[i] / ((MathF.Sqrt(square[i]) * update.RootScale) + update.Epsilon));
        }
    }
}
