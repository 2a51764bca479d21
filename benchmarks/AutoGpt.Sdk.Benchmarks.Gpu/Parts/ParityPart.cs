using System.Runtime.InteropServices;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Greedy ids and logits of a small model beside those of the CPU engine over the same weights.</summary>
internal static class ParityPart
{
    public static void Run(GpuRun run)
    {
        int ids = run.Options.Small ? 8 : 32;
        TransformerConfig config = run.Options.Small
            ? ModelShape.All(small: true)[0].Config
            : new TransformerConfig { VocabularySize = 4000, ContextLength = 512, Width = 512, Layers = 6, Heads = 8, KeyValueHeads = 2, HeadSize = 64, FeedForwardWidth = 1408 };
        int[] prompt = [.. Enumerable.Range(0, run.Options.Small ? 5 : 16).Select(index => (index * 37) % config.VocabularySize)];
        foreach (CudaWeightFormat format in CheckSuite.Formats)
        {
            if (run.Options.Small && format is CudaWeightFormat.F16 or CudaWeightFormat.Q8)
            {
                continue;
            }

            using RoundedTensors tensors = new(config, format);
            using SimdBackend reference = SimdBackend.Create(config, tensors);
            using UploadedWeights weights = new(run.Kernels, tensors, format);
            using CudaModel model = new(config, weights);
            foreach (bool bf16Cache in new[] { false, true })
            {
                foreach ((string mode, bool useGraph, bool overlap) in DecodeMode.All)
                {
                    if ((!overlap || run.Overlaps) && (useGraph || !bf16Cache) && (!run.Options.Small || overlap == bf16Cache))
                    {
                        run.Report.Try($"parity {format} {mode}", () => Compare(run, reference, model, prompt, ids, bf16Cache, mode, useGraph, overlap));
                    }
                }
            }
        }
    }

    private static void Compare(GpuRun run, SimdBackend reference, CudaModel model, int[] prompt, int ids, bool bf16Cache, string mode, bool useGraph, bool overlap)
    {
        int vocabulary = model.Config.VocabularySize;
        using IBackendSequence expected = reference.CreateSequence(prompt.Length + ids);
        using CudaSequence sequence = new(model, prompt.Length + ids, new CudaSequenceOptions { Bf16Cache = bf16Cache, SmallestShare = 16 });
        using CudaGraph graph = new(run.Driver, overlap);
        if (useGraph)
        {
            sequence.Launch(graph);
        }

        run.Driver.OverlapsLaunches = overlap && !useGraph;
        try
        {
            sequence.Start(prompt);
            float[] logits = new float[vocabulary], exact = new float[vocabulary];
            int same = 0;
            double worst = 0, margin = double.PositiveInfinity;
            int[] input = prompt;
            for (int step = 0; step < ids; step++)
            {
                for (int i = 0; i < input.Length; i++)
                {
                    if (useGraph)
                    {
                        graph.Launch();
                    }
                    else
                    {
                        sequence.Launch(run.Driver);
                    }
                }

                (int position, int chosen) = sequence.ReadChoice();
                sequence.ReadLogits(logits);
                expected.Append(input, LogitsWanted.Last, exact);
                int best = Array.IndexOf(exact, exact.Max());
                double norm = Math.Sqrt(exact.Sum(value => (double)value * value));
                double error = Math.Sqrt(exact.Zip(logits, (a, b) => Math.Pow(a - b, 2)).Sum()) / norm;
                worst = Math.Max(worst, double.IsNaN(error) ? double.PositiveInfinity : error);
                if (position != expected.Length - 1)
                {
                    throw new InvalidOperationException($"After {expected.Length} tokens the device is at position {position}.");
                }

                if (chosen != best)
                {
                    margin = (exact[best] - exact[chosen]) / norm * Math.Sqrt(vocabulary);
                    break;
                }

                same++;
                input = [best];
            }

            // Where the two best logits are closer than the formats' rounding, either is right.
            bool passed = worst < (CudaWeightLayout.IsQuantized(model.Head.Format) ? 0.05 : 0.01) && (same == ids || margin < 0.02);
            run.Report.Row(
                "parity", ("format", model.Head.Format), ("cache", bf16Cache ? "bf16" : "f16"), ("mode", mode), ("same ids", same), ("of", ids),
                ("worst logit error", worst), ("margin where they part", double.IsPositiveInfinity(margin) ? null : margin), ("passed", passed));
            if (!passed)
            {
                throw new InvalidOperationException($"{same} of {ids} ids, error {worst:0.0000}, margin {margin:0.0000}.");
            }
        }
        finally
        {
            run.Driver.OverlapsLaunches = false;
        }
    }
}

/// <summary>Made-up weights that a format can hold exactly, so that both engines read the same ones.</summary>
internal sealed class RoundedTensors(TransformerConfig config, CudaWeightFormat format) : ITensorSource
{
    private readonly Dictionary<string, int[]> _shapes = TensorNames.Of(config).ToDictionary(tensor => tensor.Key, tensor => tensor.Value);

    public IReadOnlyCollection<string> Names => _shapes.Keys;

    public bool TryGet(string name, out TensorView tensor)
    {
        int[] shape = _shapes[name];
        Random random = new(name.Aggregate(17, (seed, letter) => unchecked((seed * 31) + letter)));
        float spread = shape.Length == 1 ? 0.1f : MathF.Sqrt(3f / shape[1]) * (name == TensorNames.Embedding ? 8 : 1);
        float[] values = KernelCheck.Values(random, shape.Aggregate(1, (product, size) => product * size), spread);
        if (shape.Length == 1)
        {
            values = Array.ConvertAll(values, value => 1 + value);
        }
        else if (CudaWeightLayout.IsQuantized(format))
        {
            byte[] blocks = new byte[values.Length / 32 * BlockQuantizer.BlockBytes(format)];
            // Twice: the scale itself is rounded, and only then is every weight a multiple of it.
            BlockQuantizer.Quantize(format, values, blocks);
            BlockQuantizer.Dequantize(format, blocks, values);
        }
        else
        {
            values = Array.ConvertAll(values, value => KernelCheck.Value(format == CudaWeightFormat.Bf16, KernelCheck.Bits(format == CudaWeightFormat.Bf16, value)));
        }

        tensor = new TensorView(name, TensorType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        return true;
    }

    public void Dispose()
    {
    }
}
