using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>One launch of each kind of kernel by its default plan, large and small shapes: something for a profiler to look at.</summary>
internal static class ProfilePart
{
    private static readonly (string Product, CudaWeightFormat Format)[] s_products =
        [("output", CudaWeightFormat.Bf16), ("gate+up", CudaWeightFormat.Q8), ("down", CudaWeightFormat.Q8), ("gate+up", CudaWeightFormat.Q4), ("qkv", CudaWeightFormat.Q4)];

    public static void Run(GpuRun run)
    {
        foreach (ModelShape model in ModelShape.All(run.Options.Small).Where(model => model.Name != "1B"))
        {
            using CudaMemory pool = new(run.Driver, run.Options.Small ? 1 << 20 : 256L << 20), scales = new(run.Driver, pool.Bytes / 8), vectors = new(run.Driver, pool.Bytes / 8);
            CudaFill.Fill(run.Kernels, scales.Address, scales.Bytes, FillKind.PairsOfF16, 5, 0.005f, 0.001f);
            CudaFill.Fill(run.Kernels, pool.Address, pool.Bytes, FillKind.PairsOfBf16, 7, 0, 0.03f);
            CudaFill.Fill(run.Kernels, vectors.Address, vectors.Bytes, FillKind.Single, 3);
            foreach ((string product, CudaWeightFormat format) in s_products)
            {
                (_, int rows, int columns, bool norm, GemvEnding ending) = model.Products().Single(each => each.Name == product);
                CudaMatrix matrix = new(format, rows, columns, pool.Address, scales.Address);
                GemvPlan plan = CudaGemv.DefaultPlan(matrix, run.Driver.Facts.Multiprocessors);
                run.Report.Row("profiled", ("model", model.Name), ("product", product), ("format", format), ("plan", plan));
                CudaGemv.Launch(run.Driver, run.Kernels, matrix, plan, new GemvArguments
                {
                    X = vectors.Address, Norm = norm ? vectors.Address + (4 * columns) : 0, Residual = vectors.Address, Output = vectors.Address + (8 * columns),
                    Epsilon = 1e-5f, Ending = ending,
                });
            }

            AttentionShape shape = new(model.Config.Heads, model.Config.KeyValueHeads, model.Config.HeadSize);
            foreach (int length in run.Options.Small ? new[] { 100 } : [128, 4096, 32_768])
            {
                int splits = CudaAttention.Splits(run.Driver.Facts, shape.KeyValueHeads, 1);
                using CudaMemory position = CudaMemory.Of<int>(run.Driver, [length - 1]), counters = CudaMemory.Of<int>(run.Driver, new int[shape.KeyValueHeads]);
                using CudaMemory shares = new(run.Driver, CudaAttention.ScratchBytes(shape, splits)), angles = new(run.Driver, 4L * length * shape.HeadSize / 2);
                CudaFill.Fill(run.Kernels, angles.Address, angles.Bytes, FillKind.Single, 13);
                run.Report.Row("profiled", ("model", model.Name), ("product", $"attention at {length}"), ("format", CudaWeightFormat.Bf16), ("plan", splits));
                CudaAttention.Launch(run.Driver, run.Kernels, shape, bf16: true, new AttentionArguments
                {
                    Qkv = vectors.Address, Keys = pool.Address, Values = pool.Address + (nint)(pool.Bytes / 2), Cosines = angles.Address, Sines = angles.Address,
                    Output = vectors.Address + (vectors.Bytes > 1 << 22 ? 1 << 21 : 1 << 16), Shares = shares.Address, Counters = counters.Address, Position = position.Address,
                    Capacity = length, Splits = splits, SmallestShare = 128,
                });
                run.Driver.Synchronize();
            }
        }
    }
}
