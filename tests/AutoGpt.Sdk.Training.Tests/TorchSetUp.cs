using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests;

/// <summary>Tests use TorchSharp directly, which must not happen before our loading.</summary>
[SetUpFixture]
internal sealed class TorchSetUp
{
    [OneTimeSetUp]
    public void Load()
    {
        LibTorch.EnsureLoaded();

        // The networks here are tiny: a second thread costs more than it does, and on a machine that has other work much more.
        TorchSharp.torch.set_num_threads(1);
    }
}
