using AutoGpt.Sdk.Models.Torch;
using TorchSharp;

namespace AutoGpt.Sdk.Training.Tests.Native;

public sealed class LibTorchTests
{
    [Test]
    public void It_loads_and_computes()
    {
        GlibcMalloc.KeepFreedMemory();
        LibTorchDiagnosis diagnosis = LibTorch.Diagnose();
        TestContext.Out.WriteLine(diagnosis);
        LibTorch.EnsureLoaded();
        using torch.Tensor a = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.That(a.sum().item<float>(), Is.EqualTo(12f));
    }
}
