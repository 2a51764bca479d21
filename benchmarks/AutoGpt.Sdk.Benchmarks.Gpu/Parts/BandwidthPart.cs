using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Bandwidth that can be had: the driver's copy, our copy, and our read, which everything else is held against.</summary>
internal static class BandwidthPart
{
    public static void Run(GpuRun run)
    {
        long bytes = run.Options.Small ? 1 << 16 : 1L << 31;
        int repeats = run.Options.Small ? 1 : 7;
        using CudaMemory source = new(run.Driver, bytes), target = new(run.Driver, bytes);
        CudaFill.Fill(run.Kernels, source.Address, bytes, FillKind.Bits, 1);
        StreamArguments arguments = new() { Source = source.Address, Target = target.Address, Count = bytes / 16 };
        Row("copy by the driver", 0, 0, 2, () => target.CopyFrom(source));
        Row("fill", 0, 0, 1, () => CudaFill.Fill(run.Kernels, target.Address, bytes, FillKind.Bits, 2));
        foreach (int threads in run.Options.Small ? new[] { 128 } : [256, 512, 1024])
        {
            foreach (int blocks in run.Options.Small ? new[] { 2 } : [1, 2, 4, 8, 32])
            {
                CudaGrid grid = new(run.Driver.Facts.Multiprocessors * blocks, 1, threads);
                Row("copy_stream", threads, blocks, 2, () => run.Driver.Launch(run.Kernels.Get("memory", "copy_stream"), grid, arguments));
                double read = Row("read_stream", threads, blocks, 1, () => run.Driver.Launch(run.Kernels.Get("memory", "read_stream"), grid, arguments));
                run.ReadBandwidth = Math.Max(run.ReadBandwidth, read);
            }
        }

        run.Report.Row("read bandwidth", ("GB/s", run.ReadBandwidth / 1e9));

        double Row(string what, int threads, int blocks, int passes, Action action)
        {
            double milliseconds = run.Milliseconds(action, repeats);
            double rate = bytes * passes / milliseconds * 1000;
            run.Report.Row("bandwidth", ("what", what), ("threads", threads), ("blocks a multiprocessor", blocks), ("milliseconds", milliseconds), ("GB/s", rate / 1e9));
            return rate;
        }
    }
}
