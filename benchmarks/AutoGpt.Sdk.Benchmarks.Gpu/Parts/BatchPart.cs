using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>
/// Products for 1, 2, 4 and 8 sequences, cold, as overlapping kernels of a graph where the device can: one sequence by the kernels for one, more by those that share each
/// weight, with the kernel that prepares their vectors. Every plan is measured, the fastest is reported.
/// </summary>
internal static class BatchPart
{
    public static void Run(GpuRun run)
    {
        long poolBytes = run.Options.Small ? 1 << 20 : 2600L << 20;
        using CudaMemory pool = new(run.Driver, poolBytes), scales = new(run.Driver, poolBytes / 8);
        CudaFill.Fill(run.Kernels, scales.Address, scales.Bytes, FillKind.PairsOfF16, 5, 0.005f, 0.001f);
        foreach (CudaWeightFormat format in CudaBatch.Formats)
        {
            CudaFill.Fill(run.Kernels, pool.Address, pool.Bytes, format == CudaWeightFormat.Bf16 ? FillKind.PairsOfBf16 : FillKind.Bits, 7, 0, 0.03f);
            foreach (ModelShape model in ModelShape.All(run.Options.Small).Reverse())
            {
                foreach ((string name, int rows, int columns, bool norm, GemvEnding ending) in model.Products())
                {
                    if (run.HasTime)
                    {
                        CudaMatrix matrix = new(format, rows, columns, pool.Address, scales.Address);
                        run.Report.Try($"batch {format} {model.Name} {name}", () => Measure(run, model.Name, name, matrix, norm, ending == GemvEnding.Greedy ? GemvEnding.Store : ending, poolBytes));
                    }
                }
            }
        }
    }

    private static void Measure(GpuRun run, string model, string name, CudaMatrix matrix, bool norm, GemvEnding ending, long poolBytes)
    {
        int copies = (int)Math.Min(Math.Clamp((400L << 20) / matrix.Bytes, 2, run.Options.Small ? 2 : 100), poolBytes / matrix.WeightBytes);
        using CudaMemory x = Vectors(matrix.Columns), weights = Vectors(matrix.Columns), residual = Vectors(matrix.Rows), output = Vectors(matrix.Rows);
        using CudaMemory inputs = new(run.Driver, CudaBatch.InputBytes(matrix.Format, matrix.Columns, CudaBatch.LargestBatch)), inputScales = new(run.Driver, CudaBatch.InputScaleBytes(matrix.Columns, CudaBatch.LargestBatch));
        GemvArguments product = new() { X = x.Address, Norm = norm ? weights.Address : 0, Residual = residual.Address, Output = output.Address, Epsilon = 1e-5f, Ending = ending };
        GemvPlan single = run.Plans.TryGetValue((matrix.Format, matrix.Rows, matrix.Columns), out GemvPlan plan) ? plan : CudaGemv.DefaultPlan(matrix, run.Driver.Facts.Multiprocessors);
        Row(1, single.ToString(), Time((graph, own) => CudaGemv.Launch(graph, run.Kernels, own, single, product)));
        foreach (int batch in new[] { 2, 4, 8 })
        {
            BatchArguments arguments = new() { Product = product, Inputs = inputs.Address, InputScales = inputScales.Address, Batch = batch };
            (BatchPlan Plan, double Time) best = CudaBatch.Plans
                .Select(candidate => (candidate, Time((graph, own) => CudaBatch.Launch(graph, run.Kernels, own, candidate, arguments))))
                .MinBy(result => result.Item2);
            Row(batch, best.Plan.ToString(), best.Time);
        }

        CudaMemory Vectors(int length)
        {
            CudaMemory memory = new(run.Driver, 4L * CudaBatch.LargestBatch * length);
            CudaFill.Fill(run.Kernels, memory.Address, memory.Bytes, FillKind.Single, 3);
            return memory;
        }

        void Row(int batch, string how, double time)
        {
            run.Batches.Add((model, name, matrix.Format, batch, time, matrix.Bytes / time * 1e6 / run.ReadBandwidth));
            run.Report.Row(
                "batch", ("model", model), ("product", name), ("format", matrix.Format), ("rows", matrix.Rows), ("columns", matrix.Columns), ("MB", matrix.Bytes / 1e6),
                ("batch", batch), ("µs", time), ("share", matrix.Bytes / time * 1e6 / run.ReadBandwidth), ("plan", how));
        }

        // Microseconds of one product.
        double Time(Action<CudaGraph, CudaMatrix> launch)
        {
            using CudaGraph graph = new(run.Driver, run.Overlaps);
            for (int copy = 0; copy < copies; copy++)
            {
                launch(graph, matrix with
                {
                    Weights = matrix.Weights + (nint)(copy * matrix.WeightBytes / 256 * 256),
                    Scales = matrix.Scales + (nint)(copy * matrix.ScaleBytes / 256 * 256),
                });
            }

            return run.Milliseconds(graph.Launch, run.Options.Small ? 1 : 5) * 1000 / copies;
        }
    }
}
