using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>One launch of each kind of kernel at the 8B shapes, by the default plan and its neighbours: something for a profiler to look at.</summary>
internal static class ProfilePart
{
    public static void Run(GpuRun run)
    {
        ModelShape model = ModelShape.All(run.Options.Small)[^1];
        using CudaMemory pool = new(run.Driver, 2L * model.Config.VocabularySize * model.Config.Width), scales = new(run.Driver, pool.Bytes / 8);
        CudaFill.Fill(run.Kernels, scales.Address, scales.Bytes, FillKind.PairsOfF16, 5, 0.005f, 0.001f);
        CudaFill.Fill(run.Kernels, pool.Address, pool.Bytes, FillKind.PairsOfBf16, 7, 0, 0.03f);
        using CudaMemory vectors = new(run.Driver, 4L * 4 * model.Config.VocabularySize);
        CudaFill.Fill(run.Kernels, vectors.Address, vectors.Bytes, FillKind.Single, 3);
        foreach (CudaWeightFormat format in new[] { CudaWeightFormat.Bf16, CudaWeightFormat.Q8, CudaWeightFormat.Q4 })
        {
            foreach ((string name, int rows, int columns, bool norm, GemvEnding ending) in model.Products())
            {
                if (name is not ("gate+up" or "down" or "output"))
                {
                    continue;
                }

                CudaMatrix matrix = new(format, rows, columns, pool.Address, scales.Address);
                GemvPlan usual = CudaGemv.DefaultPlan(format, columns);
                GemvPlan other = CudaGemv.Plans(format, columns).First(plan => plan.Tile != usual.Tile || plan.Chunks != usual.Chunks);
                foreach (GemvPlan plan in name == "gate+up" ? new[] { usual, other } : [usual])
                {
                    run.Report.Row("profiled", ("product", name), ("format", format), ("plan", plan));
                    CudaGemv.Launch(run.Driver, run.Kernels, matrix, plan, new GemvArguments
                    {
                        X = vectors.Address, Norm = norm ? vectors.Address + (4 * columns) : 0, Residual = vectors.Address, Output = vectors.Address + (8 * columns),
                        Epsilon = 1e-5f, Ending = ending,
                    });
                }
            }
        }

        AttentionShape shape = new(model.Config.Heads, model.Config.KeyValueHeads, model.Config.HeadSize);
        int length = run.Options.Small ? 100 : 32_768;
        int splits = CudaAttention.Splits(run.Driver.Facts, shape.KeyValueHeads, 1);
        using CudaMemory position = CudaMemory.Of<int>(run.Driver, [length - 1]), counters = CudaMemory.Of<int>(run.Driver, new int[shape.KeyValueHeads]);
        using CudaMemory shares = new(run.Driver, CudaAttention.ScratchBytes(shape, splits)), angles = new(run.Driver, 4L * length * shape.HeadSize / 2);
        CudaFill.Fill(run.Kernels, angles.Address, angles.Bytes, FillKind.Single, 13);
        nint half = (nint)(2L * length * shape.KeyValueHeads * shape.HeadSize);
        CudaAttention.Launch(run.Driver, run.Kernels, shape, bf16: true, new AttentionArguments
        {
            Qkv = vectors.Address, Keys = pool.Address, Values = pool.Address + half, Cosines = angles.Address, Sines = angles.Address, Output = vectors.Address + (1 << 20),
            Shares = shares.Address, Counters = counters.Address, Position = position.Address, Capacity = length, Splits = splits, SmallestShare = 64,
        });
        run.Driver.Synchronize();
    }
}
