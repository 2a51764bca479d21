using System.Diagnostics;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Whole steps at batch 1 of models of real shapes with made-up weights: launched one by one and as a graph, one after another and overlapping.</summary>
internal static class DecodePart
{
    public static void Run(GpuRun run)
    {
        foreach (ModelShape model in ModelShape.All(run.Options.Small).Reverse())
        {
            foreach (CudaWeightFormat format in new[] { CudaWeightFormat.Bf16, CudaWeightFormat.Q8, CudaWeightFormat.Q4 })
            {
                if (run.HasTime)
                {
                    run.Report.Try($"decode {model.Name} {format}", () => Measure(run, model, format));
                }
            }
        }
    }

    private static void Measure(GpuRun run, ModelShape model, CudaWeightFormat format)
    {
        using MadeUpWeights weights = new(run.Kernels, format, seed: 21);
        using CudaModel loaded = new(model.Config, weights);
        int[] lengths = run.Options.Small ? [100] : [128, 4096, 32_768];
        foreach (int length in lengths)
        {
            CudaSequenceOptions usual = new();
            (int blocks, int share) = run.AttentionPlans.TryGetValue((loaded.Shape, length), out (int, int) measured) ? measured : (usual.AttentionBlocks, usual.SmallestShare);
            CudaSequenceOptions tuned = new()
            {
                AttentionBlocks = blocks,
                SmallestShare = share,
                Plan = matrix => run.Plans.TryGetValue((matrix.Format, matrix.Rows, matrix.Columns), out GemvPlan plan) ? plan : CudaGemv.DefaultPlan(matrix, run.Driver.Facts.Multiprocessors),
            };
            using CudaSequence sequence = new(loaded, length + 256, tuned);
            sequence.MakeUpCache();
            foreach ((string mode, bool graph, bool overlap) in DecodeMode.All)
            {
                if ((overlap && !run.Overlaps) || (length != lengths[0] && !graph))
                {
                    continue;
                }

                run.Report.Try($"decode {model.Name} {format} {length} {mode}", () => Mode(run, model.Name, loaded, sequence, length, mode, graph, overlap));
            }
        }
    }

    private static void Mode(GpuRun run, string name, CudaModel model, CudaSequence sequence, int length, string mode, bool useGraph, bool overlap)
    {
        int steps = run.Options.Small ? 3 : model.Bytes > 4e9 ? 40 : 80;
        using CudaGraph graph = new(run.Driver, overlap);
        Action step = () => sequence.Launch(run.Driver);
        if (useGraph)
        {
            sequence.Launch(graph);
            step = graph.Launch;
        }

        run.Driver.OverlapsLaunches = overlap && !useGraph;
        try
        {
            // One after another without a look in between: the device's own time.
            sequence.Seek(length - 1, length);
            step();
            using CudaTimer timer = new(run.Driver);
            timer.Start();
            for (int i = 0; i < steps; i++)
            {
                step();
            }

            double steady = timer.Stop() / steps;

            // The host reads each token before the next step: what a caller sees.
            sequence.Seek(length - 1, length);
            double[] times = new double[steps];
            int next = 0;
            for (int i = 0; i < steps; i++)
            {
                long started = Stopwatch.GetTimestamp();
                step();
                next = sequence.ReadChoice().Next;
                times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }

            Array.Sort(times);
            long bytes = model.BytesPerStep + sequence.CacheBytesAt(length + (steps / 2));
            double bound = bytes / run.ReadBandwidth * 1000;
            run.Decodes.Add(new DecodeResult(name, model.Head.Format, length, mode, steady, bound, times[steps / 2], graph.Count));
            run.Report.Row(
                "decode", ("model", name), ("format", model.Head.Format), ("context", length), ("mode", mode), ("GB a token", bytes / 1e9), ("bound ms", bound),
                ("ms", steady), ("share", bound / steady), ("tokens/s", 1000 / steady), ("p50 ms", times[steps / 2]), ("p99 ms", times[(int)(steps * 0.99)]),
                ("kernels", useGraph ? graph.Count : 0), ("last token", next));
        }
        finally
        {
            run.Driver.OverlapsLaunches = false;
        }
    }
}

/// <summary>What a step took.</summary>
internal sealed record DecodeResult(string Model, CudaWeightFormat Format, int Context, string Mode, double Milliseconds, double Bound, double Median, int Kernels);

/// <summary>How steps reach the device.</summary>
internal static class DecodeMode
{
    public static readonly (string Name, bool Graph, bool Overlap)[] All =
        [("launches", false, false), ("launches overlapping", false, true), ("graph", true, false), ("graph overlapping", true, true)];
}
