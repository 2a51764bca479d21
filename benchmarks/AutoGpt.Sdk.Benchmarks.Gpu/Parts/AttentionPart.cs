using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Attention at short, middling and long contexts, cold: a graph over several caches.</summary>
internal static class AttentionPart
{
    public static void Run(GpuRun run)
    {
        foreach (ModelShape model in ModelShape.All(run.Options.Small))
        {
            AttentionShape shape = new(model.Config.Heads, model.Config.KeyValueHeads, model.Config.HeadSize);
            foreach (int length in run.Options.Small ? new[] { 100 } : [128, 1024, 4096, 32_768])
            {
                List<(int Blocks, int Smallest, double Time)> results = [];
                foreach (bool bf16 in new[] { false, true })
                {
                    foreach (int blocks in run.Options.Small || length <= 1024 ? new[] { 1 } : [1, 2])
                    {
                        foreach (int smallest in run.Options.Small ? new[] { 32 } : length <= 1024 ? [64, 128, 256, 512] : [128])
                        {
                            if (run.HasTime)
                            {
                                run.Report.Try($"attention {model.Name} {length}", () =>
                                {
                                    double time = Measure(run, model.Name, shape, length, bf16, blocks, smallest);
                                    results.Add((blocks, smallest, bf16 ? double.PositiveInfinity : time));
                                });
                            }
                        }
                    }
                }

                if (results.Count > 0)
                {
                    (int best, int share, _) = results.MinBy(result => result.Time);
                    run.AttentionPlans[(shape, length)] = (best, share);
                }
            }
        }
    }

    private static double Measure(GpuRun run, string model, AttentionShape shape, int length, bool bf16, int blocks, int smallest)
    {
        CudaDriver driver = run.Driver;
        long bytes = 2L * length * shape.KeyValueHeads * shape.HeadSize;
        int copies = (int)Math.Clamp((run.Options.Small ? 1 << 18 : 300L << 20) / (2 * bytes), 2, run.Options.Small ? 2 : 64);
        int splits = CudaAttention.Splits(driver.Facts, shape.KeyValueHeads, blocks);
        using CudaMemory caches = new(driver, 2 * bytes * copies), qkv = new(driver, 4L * (shape.Heads + (2 * shape.KeyValueHeads)) * shape.HeadSize);
        using CudaMemory angles = new(driver, 4L * length * shape.HeadSize / 2), position = CudaMemory.Of<int>(driver, [length - 1]);
        using CudaMemory counters = CudaMemory.Of<int>(driver, new int[shape.KeyValueHeads]), output = new(driver, 4L * shape.Heads * shape.HeadSize);
        using CudaMemory shares = new(driver, CudaAttention.ScratchBytes(shape, splits));
        CudaFill.Fill(run.Kernels, caches.Address, caches.Bytes, bf16 ? FillKind.PairsOfBf16 : FillKind.PairsOfF16, 11);
        CudaFill.Fill(run.Kernels, qkv.Address, qkv.Bytes, FillKind.Single, 12);
        CudaFill.Fill(run.Kernels, angles.Address, angles.Bytes, FillKind.Single, 13);
        double apart = Time(false), overlapping = run.Overlaps ? Time(true) : double.NaN;
        run.Report.Row(
            "attention", ("model", model), ("cache", bf16 ? "bf16" : "f16"), ("length", length), ("heads", $"{shape.Heads}/{shape.KeyValueHeads}×{shape.HeadSize}"),
            ("splits", splits), ("smallest share", smallest), ("MB", 2 * bytes / 1e6), ("µs", apart), ("share", Share(apart)), ("µs overlapping", overlapping), ("share overlapping", Share(overlapping)));
        return run.Overlaps ? overlapping : apart;

        double Share(double microseconds) => 2 * bytes / microseconds * 1e6 / run.ReadBandwidth;

        double Time(bool overlap)
        {
            using CudaGraph graph = new(driver, overlap);
            for (int copy = 0; copy < copies; copy++)
            {
                nint keys = caches.Address + (nint)(2 * bytes * copy);
                CudaAttention.Launch(graph, run.Kernels, shape, bf16, new AttentionArguments
                {
                    Qkv = qkv.Address, Keys = keys, Values = keys + (nint)bytes, Cosines = angles.Address, Sines = angles.Address, Output = output.Address,
                    Shares = shares.Address, Counters = counters.Address, Position = position.Address, Capacity = length, Splits = splits, SmallestShare = smallest,
                });
            }

            return run.Milliseconds(graph.Launch, run.Options.Small ? 1 : 3) * 1000 / copies;
        }
    }
}
