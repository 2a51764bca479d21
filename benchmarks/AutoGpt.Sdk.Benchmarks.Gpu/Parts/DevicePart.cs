using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>The device's facts; every module translated; registers, spills and occupancy of every kernel.</summary>
internal static partial class DevicePart
{
    public static void Run(GpuRun run)
    {
        CudaDeviceFacts facts = run.Driver.Facts;
        double datasheet = 2.0 * facts.MemoryClockKilohertz * 1000 * facts.BusBits / 8 / 1e9;
        run.Report.Row(
            "device", ("name", facts.Name), ("driver supports", $"{facts.DriverVersion / 1000}.{facts.DriverVersion % 1000 / 10}"), ("capability", facts.ComputeCapability),
            ("multiprocessors", facts.Multiprocessors), ("memory GB", facts.MemoryBytes / 1e9), ("free GB", facts.FreeBytes / 1e9), ("L2 MB", facts.L2Bytes / 1e6),
            ("clock MHz", facts.ClockKilohertz / 1000), ("clock × bus GB/s", datasheet));
        foreach (string module in CudaKernels.ModuleNames)
        {
            run.Report.Try($"module {module}", () =>
            {
                Stopwatch watch = Stopwatch.StartNew();
                CudaModule loaded = run.Kernels.Module(module);
                run.Report.Row("module", ("module", module), ("milliseconds", watch.Elapsed.TotalMilliseconds), ("log bytes", loaded.Log.Length));
                File.WriteAllText(Path.Combine(run.Options.Output, $"jit-{module}.log"), loaded.Log);
            });
        }

        foreach (string module in CudaKernels.ModuleNames)
        {
            string ptx = Encoding.UTF8.GetString(CudaKernels.Ptx(module, CudaKernels.Targets[^1]));
            foreach (Match entry in Entry().Matches(ptx))
            {
                string name = entry.Groups[1].Value;
                run.Report.Try(name, () =>
                {
                    CudaKernel kernel = run.Kernels.Get(module, name);
                    int most = Math.Min(kernel.MaximumThreads, int.Parse(entry.Groups[2].Value, CultureInfo.InvariantCulture));
                    run.Report.Row(
                        "kernel", ("kernel", name), ("registers", kernel.Registers), ("local bytes", kernel.LocalBytes), ("shared bytes", kernel.SharedBytes),
                        ("threads", most), ("blocks a multiprocessor", kernel.BlocksPerMultiprocessor(most)), ("at 256 threads", kernel.BlocksPerMultiprocessor(Math.Min(256, most))));
                });
            }
        }
    }

    [GeneratedRegex(@"\.entry (\w+)\([^)]*\)\s*\.maxntid (\d+)")]
    private static partial Regex Entry();
}
