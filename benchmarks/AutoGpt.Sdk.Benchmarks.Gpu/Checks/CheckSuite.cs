using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Checks of every kernel over drawn shapes.</summary>
internal static class CheckSuite
{
    public static readonly CudaWeightFormat[] Formats = [CudaWeightFormat.Bf16, CudaWeightFormat.F16, CudaWeightFormat.Q8, CudaWeightFormat.Q4];

    /// <summary>Each check, not yet run.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="seed">Draws shapes and numbers.</param>
    /// <param name="scale">1 for small shapes, more for larger ones.</param>
    public static IEnumerable<Func<KernelCheck>> All(CudaKernels kernels, int seed, int scale)
    {
        Random random = new(seed);
        foreach (CudaWeightFormat format in Formats)
        {
            int unit = CudaWeightLayout.IsQuantized(format) ? 32 : 8;
            // Every kernel gets columns that need all its loads, and a last warp that is not full.
            foreach (int columns in new[] { unit * 5, unit * 32, unit * 45, unit * (100 + random.Next(28)), unit * ((32 * 8) + random.Next(200)) })
            {
                foreach (GemvPlan plan in CudaGemv.Plans(format, columns).Where(_ => scale > 1 || random.Next(5) == 0))
                {
                    GemvCheck check = new(
                        format, 2 * random.Next(1, 40 * scale), columns, (GemvEnding)random.Next(4), random.Next(2) == 0, random.Next(2) == 0);
                    int own = random.Next();
                    yield return () => check.Run(kernels, plan, own);
                }
            }

            int rows = random.Next(1, 40);
            yield return () => SmallChecks.Embedding(kernels, format, rows, 32 * 9, seed);
        }

        foreach (CudaWeightFormat format in CudaBatch.Formats)
        {
            int unit = CudaWeightLayout.IsQuantized(format) ? 32 : 8;
            foreach (int batch in new[] { 1, 2, 3, 4, 5, 8 })
            {
                foreach (BatchPlan plan in CudaBatch.Plans)
                {
                    // Fewer columns than a step has, or several rounds of the warps.
                    int columns = unit * (random.Next(3) == 0 ? random.Next(1, 30) : random.Next(2000, 5000) / unit);
                    GemvCheck product = new(
                        format, 2 * random.Next(1, 20 * scale), columns, (GemvEnding)random.Next(3), random.Next(2) == 0, random.Next(2) == 0);
                    int own = random.Next();
                    yield return () => new BatchCheck(product, batch).Run(kernels, plan, own);
                }
            }
        }

        foreach (bool bf16 in new[] { true, false })
        {
            foreach (int headSize in CudaAttention.HeadSizes)
            {
                // As many shares as there can be, all of them taken.
                AttentionCheck full = new(new AttentionShape(4, 2, headSize), bf16, Position: 255, Splits: 32, SmallestShare: 4);
                yield return () => full.Run(kernels, seed);
                foreach ((int heads, int keyValueHeads) in new[] { (2, 2), (4, 2), (3, 1), (8, 2), (7, 1), (16, 2) })
                {
                    foreach (int position in new[] { 0, 1 + random.Next(30), 60 + random.Next(60 * scale), (200 * scale) + random.Next(100) })
                    {
                        AttentionCheck check = new(new AttentionShape(heads, keyValueHeads, headSize), bf16, position, 1 << random.Next(6), 1 << random.Next(2, 8));
                        int own = random.Next();
                        yield return () => check.Run(kernels, own);
                    }
                }
            }
        }

        foreach (FillKind kind in Enum.GetValues<FillKind>())
        {
            yield return () => SmallChecks.Fill(kernels, kind, 777 * scale, (uint)seed);
        }

        foreach (int words in new[] { 1, 63, 1000, 4099 })
        {
            yield return () => SmallChecks.Stream(kernels, words * scale, 3);
        }
    }
}
