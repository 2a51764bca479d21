using AutoGpt.Sdk.Benchmarks.Gpu;

namespace AutoGpt.Sdk.Kernels.Tests.Cuda;

/// <summary>Every CUDA kernel against its formula in double precision, threads and blocks in orders of their own.</summary>
public sealed class CudaKernelTests
{
    [Test]
    public void Kernels_agree_with_their_formulas([Values(1, 2, 3, 4)] int seed)
    {
        using CudaDriver driver = EmulatedCuda.Open($"seed={seed * 1000}");
        using CudaKernels kernels = new(driver);
        KernelCheck[] checks = [.. CheckSuite.All(kernels, seed, scale: 1).Where((_, index) => index % 4 == seed - 1).Select(check => check())];
        Assert.That(checks, Has.Length.GreaterThan(30));
        Assert.That(checks.Where(check => !check.Passed), Is.Empty);
    }

    // The products on which an H100 of 132 multiprocessors showed which plan is fast.
    [TestCase(CudaWeightFormat.Bf16, 28_672, 4096, 16, 32)]
    [TestCase(CudaWeightFormat.Bf16, 4096, 14_336, 14, 28)]
    [TestCase(CudaWeightFormat.Q8, 6144, 4096, 16, 16)]
    [TestCase(CudaWeightFormat.Q8, 896, 4864, 15, 15)]
    [TestCase(CudaWeightFormat.Q4, 2048, 8192, 16, 16)]
    public void The_default_plan_keeps_memory_busy(CudaWeightFormat format, int rows, int columns, int fewest, int most)
    {
        GemvPlan plan = CudaGemv.DefaultPlan(new CudaMatrix(format, rows, columns, 0, 0), multiprocessors: 132);
        int loads = columns / (CudaWeightLayout.IsQuantized(format) ? 32 : 8);
        int warps = plan.BlocksPerMultiprocessor * plan.Groups * ((loads + (32 * plan.Chunks) - 1) / (32 * plan.Chunks));
        Assert.That(CudaGemv.Plans(format, columns), Does.Contain(plan));
        Assert.That(warps, Is.InRange(fewest, most), plan.ToString());
    }

    [Test]
    public void The_embedded_text_is_what_the_sources_give()
    {
        EmulatedCuda.RequireCompiler();
        string folder = Directory.CreateTempSubdirectory("ptx").FullName;
        (int code, string output) = EmulatedCuda.Run("bash", Path.Combine(EmulatedCuda.Root, "build/ptx.sh"), folder);
        Assert.That(code, Is.Zero, output);
        string[] built = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order()];
        Assert.That(built, Is.EqualTo(CudaKernels.ModuleNames.SelectMany(module => CudaKernels.Targets.Select(target => $"{module}.sm_{target}.ptx.gz")).Order()));
        foreach (string name in built)
        {
            using GZipText fresh = new(File.OpenRead(Path.Combine(folder, name)));
            string embedded = System.Text.Encoding.UTF8.GetString(CudaKernels.Ptx(name.Split('.')[0], int.Parse(name.Split('.')[1][3..], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.That(Text(embedded), Is.EqualTo(Text(fresh.Read())), $"{name}: run build/ptx.sh");
        }

        Directory.Delete(folder, recursive: true);

        // The compiler names itself and its version in comments.
        static string Text(string ptx) => string.Join('\n', ptx.Split('\n').Where(line => !line.StartsWith("//", StringComparison.Ordinal)));
    }

    private sealed class GZipText(Stream stream) : IDisposable
    {
        private readonly StreamReader _reader = new(new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress));

        public string Read() => _reader.ReadToEnd();

        public void Dispose() => _reader.Dispose();
    }
}
