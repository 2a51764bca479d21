using System.Runtime.InteropServices;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>
/// Greedy ids and logits of a small model beside a reference that rounds where the device does, and beside the CPU engine, which rounds nothing.
/// Ids may part from the reference's only where its two best logits are nearer to each other than twice the error measured at that step; errors and
/// margins are in units of the logits' root mean square.
/// </summary>
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
            using UploadedWeights weights = new(run.Kernels, tensors, format);
            using CudaModel model = new(config, weights);
            using SimdBackend engine = SimdBackend.Create(config, tensors);
            foreach (bool bf16Cache in new[] { false, true })
            {
                ReferenceStep[] steps = Reference(engine, tensors, CudaWeightLayout.IsQuantized(format), bf16Cache, prompt, ids);
                foreach ((string mode, bool useGraph, bool overlap) in DecodeMode.All)
                {
                    if ((!overlap || run.Overlaps) && (useGraph || !bf16Cache) && (!run.Options.Small || overlap == bf16Cache))
                    {
                        run.Report.Try($"parity {format} {mode}", () => Compare(run, model, steps, prompt, bf16Cache, mode, useGraph, overlap));
                    }
                }
            }
        }
    }

    /// <summary>The reference's greedy text, and how far the CPU engine's logits are from its own over the same text.</summary>
    private static ReferenceStep[] Reference(SimdBackend engine, RoundedTensors tensors, bool quantized, bool bf16Cache, int[] prompt, int ids)
    {
        TransformerConfig config = engine.Config;
        QuantizedReference reference = new(config, tensors, quantized, bf16Cache);
        using IBackendSequence sequence = engine.CreateSequence(prompt.Length + ids);
        ReferenceStep[] steps = new ReferenceStep[ids];
        float[] own = new float[config.VocabularySize];
        int[] input = prompt;
        for (int step = 0; step < ids; step++)
        {
            float[] logits = [];
            foreach (int token in input)
            {
                logits = reference.Step(token);
            }

            sequence.Append(input, LogitsWanted.Last, own);
            steps[step] = new ReferenceStep(logits, Array.IndexOf(logits, logits.Max()), Array.IndexOf(own, own.Max()), RelativeError(logits, own));
            input = [steps[step].Best];
        }

        return steps;
    }

    private static void Compare(GpuRun run, CudaModel model, ReferenceStep[] steps, int[] prompt, bool bf16Cache, string mode, bool useGraph, bool overlap)
    {
        int ids = steps.Length;
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
            float[] logits = new float[model.Config.VocabularySize];
            int same = 0;
            double worst = 0, margin = double.NaN, error = 0;
            for (int step = 0; step < ids && double.IsNaN(margin); step++)
            {
                for (int i = 0; i < (step == 0 ? prompt.Length : 1); i++)
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
                if (position != prompt.Length + step - 1)
                {
                    throw new InvalidOperationException($"After {prompt.Length + step} tokens the device is at position {position}.");
                }

                sequence.ReadLogits(logits);
                error = RelativeError(steps[step].Logits, logits);
                worst = Math.Max(worst, double.IsNaN(error) ? double.PositiveInfinity : error);
                if (chosen == steps[step].Best)
                {
                    same++;
                }
                else
                {
                    float[] exact = steps[step].Logits;
                    margin = (exact[steps[step].Best] - exact[chosen]) / RootMeanSquare(exact);
                }
            }

            bool quantized = CudaWeightLayout.IsQuantized(model.Head.Format);
            bool passed = worst < (quantized ? 0.02 : 0.002) && (same == ids || margin < 2 * error);
            run.Report.Row(
                "parity", ("format", model.Head.Format), ("cache", bf16Cache ? "bf16" : "f16"), ("mode", mode), ("same ids", same), ("of", ids), ("worst error", worst),
                ("margin where they part", same == ids ? null : margin), ("error there", same == ids ? null : error), ("passed", passed),
                ("CPU engine: same ids", steps.TakeWhile(step => step.EngineBest == step.Best).Count()), ("CPU engine: worst error", steps.Max(step => step.EngineError)));
            if (!passed)
            {
                throw new InvalidOperationException($"{same} of {ids} ids, worst error {worst:0.0000}, margin {margin:0.0000} at an error of {error:0.0000}.");
            }
        }
        finally
        {
            run.Driver.OverlapsLaunches = false;
        }
    }

    private static double RootMeanSquare(float[] values) => Math.Sqrt(values.Average(value => (double)value * value));

    private static double RelativeError(float[] exact, float[] result) => RootMeanSquare([.. exact.Zip(result, (a, b) => a - b)]) / RootMeanSquare(exact);

    private sealed record ReferenceStep(float[] Logits, int Best, int EngineBest, double EngineError);
}

/// <summary>Made-up weights that a format can hold exactly, so that both engines read the same ones.</summary>
internal sealed class RoundedTensors(TransformerConfig config, CudaWeightFormat format) : ITensorSource
{
    private readonly Dictionary<string, TensorView> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _shapes = TensorNames.Of(config).ToDictionary(tensor => tensor.Key, tensor => tensor.Value);

    public IReadOnlyCollection<string> Names => _shapes.Keys;

    public bool TryGet(string name, out TensorView tensor)
    {
        if (_views.TryGetValue(name, out tensor))
        {
            return true;
        }

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
            byte[] blocks = new byte[values.Length / 32 * format.FileFormat().BlockBytes()];
            // Twice: the scale itself is rounded, and only then is every weight a multiple of it.
            WeightBlocks.Encode(format.FileFormat(), values, blocks);
            WeightBlocks.Decode(format.FileFormat(), blocks, values);
        }
        else
        {
            values = Array.ConvertAll(values, value => KernelCheck.Value(format == CudaWeightFormat.Bf16, KernelCheck.Bits(format == CudaWeightFormat.Bf16, value)));
        }

        tensor = new TensorView(name, TensorType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        _views.Add(name, tensor);
        return true;
    }

    public void Dispose()
    {
    }
}
