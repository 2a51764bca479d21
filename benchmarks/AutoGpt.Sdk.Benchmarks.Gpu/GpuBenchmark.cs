using System.Diagnostics;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>
/// The command <c>gpu</c>: what the device can do, whether every kernel is right on it, and how near to its memory bandwidth kernels and whole
/// decode steps come. Exit code 0 when all of it ran and was right, 1 when something failed, 3 without a usable GPU.
/// </summary>
public static class GpuBenchmark
{
    /// <summary>Runs the command.</summary>
    /// <param name="args"><c>[--output DIR] [--parts a,b] [--seconds N] [--small]</c>.</param>
    public static int Run(string[] args)
    {
        GpuOptions options;
        try
        {
            options = GpuOptions.Parse(args);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        if (!CudaDriver.TryOpen(out CudaDriver? driver, out CudaDiagnosis? diagnosis))
        {
            Console.Error.WriteLine(diagnosis);
            return 3;
        }

        using (driver)
        using (CudaKernels kernels = new(driver))
        using (Report report = new(options.Output))
        {
            GpuRun run = new(driver, kernels, report, options, Stopwatch.StartNew());
            (string Name, Action<GpuRun> Part)[] parts =
            [
                ("device", DevicePart.Run), ("bandwidth", BandwidthPart.Run), ("parity", ParityPart.Run), ("checks", ChecksPart.Run),
                ("gemv", GemvPart.Run), ("attention", AttentionPart.Run), ("decode", DecodePart.Run), ("batch", BatchPart.Run), ("profile", ProfilePart.Run),
            ];
            foreach ((string name, Action<GpuRun> part) in parts)
            {
                // A profile is for a profiler to look at: it measures nothing itself.
                if (options.Parts.Count == 0 ? name != "profile" : options.Parts.Contains(name))
                {
                    double started = run.Watch.Elapsed.TotalSeconds;
                    report.Section(name);
                    report.Try(name, () => part(run));
                    report.Row("part", ("part", name), ("seconds", run.Watch.Elapsed.TotalSeconds - started), ("elapsed", run.Watch.Elapsed.TotalSeconds));
                }
            }

            Summary.Write(run);
            return report.Failures == 0 ? 0 : 1;
        }
    }
}

/// <summary>What the parts of a run share.</summary>
internal sealed class GpuRun(CudaDriver driver, CudaKernels kernels, Report report, GpuOptions options, Stopwatch watch)
{
    public CudaDriver Driver => driver;

    public CudaKernels Kernels => kernels;

    public Report Report => report;

    public GpuOptions Options => options;

    public Stopwatch Watch => watch;

    /// <summary>Whether there is time for another measurement.</summary>
    public bool HasTime => watch.Elapsed.TotalSeconds < options.Seconds;

    /// <summary>Measured read bandwidth in bytes a second; 0 until it is measured.</summary>
    public double ReadBandwidth { get; set; }

    /// <summary>Overlapping of kernels works on this device and driver, as far as is known.</summary>
    public bool Overlaps { get; set; } = driver.Facts.ComputeCapability >= 90;

    /// <summary>The fastest plan of each format and shape, where it was measured.</summary>
    public Dictionary<(CudaWeightFormat Format, int Rows, int Columns), GemvPlan> Plans { get; } = [];

    /// <summary>The fastest spread of attention at each context, where it was measured.</summary>
    public Dictionary<(AttentionShape Shape, int Length), (int Blocks, int SmallestShare)> AttentionPlans { get; } = [];

    /// <summary>What whole steps took.</summary>
    public List<DecodeResult> Decodes { get; } = [];

    /// <summary>What products for several sequences took: µs and share of the bandwidth.</summary>
    public List<(string Model, string Product, CudaWeightFormat Format, int Batch, double Time, double Share)> Batches { get; } = [];

    /// <summary>Milliseconds of an action on the device: the median of several.</summary>
    public double Milliseconds(Action action, int repeats)
    {
        using CudaTimer timer = new(driver);
        action();
        double[] times = new double[repeats];
        for (int i = 0; i < repeats; i++)
        {
            timer.Start();
            action();
            times[i] = timer.Stop();
        }

        Array.Sort(times);
        return times[repeats / 2];
    }
}
