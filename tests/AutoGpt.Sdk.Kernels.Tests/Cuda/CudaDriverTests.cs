namespace AutoGpt.Sdk.Kernels.Tests.Cuda;

/// <summary>What the driver layer does with a device, and what it says when there is none to use.</summary>
public sealed class CudaDriverTests
{
    [TestCase("sm=75", "compute capability 8.0", "Ampere")]
    [TestCase("devices=0", "sees 0 devices", "CUDA_VISIBLE_DEVICES")]
    [TestCase("version=11040", "needs? 12.0|need 12.0", "525")]
    [TestCase("init=100", "100", "nvidia-smi")]
    public void An_unusable_device_is_diagnosed(string settings, string reason, string remedy)
    {
        EmulatedCuda.RequireCompiler();
        EmulatedCuda.Play(settings);
        Assert.That(CudaDriver.TryOpen(out CudaDriver? driver, out CudaDiagnosis? diagnosis), Is.False);
        Assert.That(driver, Is.Null);
        Assert.That(diagnosis!.Reason, Does.Match(reason));
        Assert.That(diagnosis.Remedy, Does.Contain(remedy));
        Assert.That(diagnosis.ToString(), Does.Contain("tried").And.Contain("remedy"));
        Assert.That(() => CudaDriver.Open(), Throws.TypeOf<CudaException>().With.Message.Contains(diagnosis.Reason));
    }

    [Test]
    public void Memory_that_is_not_there_is_refused()
    {
        using CudaDriver driver = EmulatedCuda.Open("memory=1000000");
        Assert.That(() => new CudaMemory(driver, 2_000_000), Throws.TypeOf<CudaException>().With.Message.Contains("OUT_OF_MEMORY"));
        using CudaMemory memory = new(driver, 16);
        Assert.That(() => memory.Write<int>(new int[5]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => memory.Read<int>(new int[2], offset: 12), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_module_for_a_later_device_is_refused_with_the_log()
    {
        using CudaDriver driver = EmulatedCuda.Open("sm=80");
        Assert.That(() => CudaModule.Load(driver, CudaKernels.Ptx("memory", 90)), Throws.TypeOf<CudaException>().With.Message.Contains("another device"));
        using CudaModule module = CudaModule.Load(driver, CudaKernels.Ptx("memory", 80));
        Assert.That(() => module.Kernel("absent"), Throws.TypeOf<CudaException>());
    }

    [Test]
    public void A_graph_does_what_its_launches_do([Values] bool overlapping)
    {
        using CudaDriver driver = EmulatedCuda.Open();
        using CudaKernels kernels = new(driver);
        byte[] bytes = new byte[16 * 100], result = new byte[bytes.Length];
        new Random(1).NextBytes(bytes);
        using CudaMemory first = CudaMemory.Of<byte>(driver, bytes), second = new(driver, bytes.Length), third = new(driver, bytes.Length);
        using CudaGraph graph = new(driver, overlapping);
        foreach ((CudaMemory source, CudaMemory target) in ((CudaMemory, CudaMemory)[])[(first, second), (second, third)])
        {
            graph.Launch(kernels.Get("memory", "copy_stream"), new CudaGrid(2, 1, 32), new StreamArguments { Source = source.Address, Target = target.Address, Count = 100 });
        }

        Assert.That(graph.Count, Is.EqualTo(2));
        graph.Launch();
        third.Read<byte>(result);
        Assert.That(result, Is.EqualTo(bytes));
        Assert.That(() => graph.Launch(kernels.Get("memory", "copy_stream"), default, default(StreamArguments)), Throws.InvalidOperationException);
    }

    [Test]
    public void A_kernel_that_cannot_be_launched_is_named()
    {
        using CudaDriver driver = EmulatedCuda.Open();
        using CudaKernels kernels = new(driver);
        Assert.That(
            () => driver.Launch(kernels.Get("memory", "fill"), new CudaGrid(1, 1, 1024), default(FillArguments)),
            Throws.TypeOf<CudaException>().With.Message.Contains("fill").And.Message.Contains("1024"));
    }
}
