using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>
/// Products of real shapes, cold: a graph of launches over different weights, larger together than the cache. Every plan is measured,
/// one after another and overlapping; the fastest is kept for the decode part.
/// </summary>
internal static class GemvPart
{
    public static void Run(GpuRun run)
    {
        double until = run.Watch.Elapsed.TotalSeconds + 50;
        long poolBytes = run.Options.Small ? 1 << 20 : 2600L << 20;
        long coldBytes = run.Options.Small ? 1 << 18 : 400L << 20;
        using CudaMemory pool = new(run.Driver, poolBytes), scales = new(run.Driver, poolBytes / 8);
        CudaFill.Fill(run.Kernels, scales.Address, scales.Bytes, FillKind.PairsOfF16, 5, 0.005f, 0.001f);
        foreach (CudaWeightFormat format in new[] { CudaWeightFormat.Bf16, CudaWeightFormat.Q8, CudaWeightFormat.Q4 })
        {
            CudaFill.Fill(run.Kernels, pool.Address, pool.Bytes, format == CudaWeightFormat.Bf16 ? FillKind.PairsOfBf16 : FillKind.Bits, 7, 0, 0.03f);
            foreach (ModelShape model in ModelShape.All(run.Options.Small))
            {
                foreach ((string name, int rows, int columns, bool norm, GemvEnding ending) in model.Products())
                {
                    run.Report.Try($"{format} {model.Name} {name}", () => Measure(run, model.Name, name, new CudaMatrix(format, rows, columns, pool.Address, scales.Address), norm, ending, poolBytes, coldBytes, until));
                }
            }
        }
    }

    private static void Measure(GpuRun run, string model, string name, CudaMatrix matrix, bool norm, GemvEnding ending, long poolBytes, long coldBytes, double until)
    {
        int copies = (int)Math.Min(Math.Clamp(coldBytes / matrix.Bytes, 2, run.Options.Small ? 2 : 100), poolBytes / matrix.WeightBytes);
        using CudaMemory vectors = new(run.Driver, 4L * ((2 * matrix.Columns) + (2 * matrix.Rows) + 4));
        CudaFill.Fill(run.Kernels, vectors.Address, vectors.Bytes, FillKind.Single, 3);
        GemvArguments arguments = new()
        {
            X = vectors.Address, Norm = norm ? vectors.Address + (4 * matrix.Columns) : 0, Residual = vectors.Address + (8 * matrix.Columns) + (4 * matrix.Rows),
            Output = vectors.Address + (8 * matrix.Columns), Best = vectors.Address + (8 * (matrix.Columns + matrix.Rows)), Epsilon = 1e-5f, Ending = ending,
        };
        List<(GemvPlan Plan, double Apart, double Overlapping)> results = [];
        GemvPlan usual = CudaGemv.DefaultPlan(matrix, run.Driver.Facts.Multiprocessors);
        foreach (GemvPlan plan in CudaGemv.Plans(matrix.Format, matrix.Columns))
        {
            if ((!run.HasTime || run.Watch.Elapsed.TotalSeconds > until) && plan != usual)
            {
                continue;
            }

            run.Report.Try($"{model} {name} {plan}", () =>
            {
                double apart = Time(plan, false);
                double overlapping = run.Overlaps ? Time(plan, true) : double.NaN;
                results.Add((plan, apart, overlapping));
                run.Report.Row(
                    "gemv plan", ("model", model), ("product", name), ("kernel", plan.Kernel(matrix.Format)), ("groups", plan.Groups), ("blocks", plan.BlocksPerMultiprocessor), ("ahead", plan.Ahead),
                    ("µs", apart), ("GB/s", matrix.Bytes / apart / 1e3), ("µs overlapping", overlapping), ("GB/s overlapping", matrix.Bytes / overlapping / 1e3));
            });
        }

        (GemvPlan Plan, double Apart, double Overlapping) best = results.MinBy(result => double.IsNaN(result.Overlapping) ? result.Apart : result.Overlapping);
        (GemvPlan Plan, double Apart, double Overlapping) byDefault = results.FirstOrDefault(result => result.Plan == usual);
        run.Plans[(matrix.Format, matrix.Rows, matrix.Columns)] = best.Plan;
        run.Report.Row(
            "gemv", ("model", model), ("product", name), ("format", matrix.Format), ("rows", matrix.Rows), ("columns", matrix.Columns), ("MB", matrix.Bytes / 1e6),
            ("best", best.Plan.Kernel(matrix.Format)), ("groups", best.Plan.Groups), ("blocks", best.Plan.BlocksPerMultiprocessor), ("ahead", best.Plan.Ahead),
            ("µs", results.Min(result => result.Apart)), ("share", Share(results.Min(result => result.Apart))),
            ("µs overlapping", best.Overlapping), ("share overlapping", Share(best.Overlapping)), ("µs default plan", byDefault.Overlapping), ("share default", Share(byDefault.Overlapping)));

        double Share(double microseconds) => matrix.Bytes / microseconds * 1e6 / run.ReadBandwidth;

        // Microseconds of one product.
        double Time(GemvPlan plan, bool overlapping)
        {
            using CudaGraph graph = new(run.Driver, overlapping);
            for (int copy = 0; copy < copies; copy++)
            {
                CudaMatrix own = matrix with
                {
                    Weights = matrix.Weights + (nint)(copy * matrix.WeightBytes / 256 * 256),
                    Scales = matrix.Scales + (nint)(copy * matrix.ScaleBytes / 256 * 256),
                };
                CudaGemv.Launch(graph, run.Kernels, own, plan, arguments);
            }

            return run.Milliseconds(graph.Launch, run.Options.Small ? 1 : 5) * 1000 / copies;
        }
    }
}
