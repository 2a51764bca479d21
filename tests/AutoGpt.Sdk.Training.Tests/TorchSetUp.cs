using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests;

/// <summary>Tests use TorchSharp directly, which must not happen before our loading.</summary>
[SetUpFixture]
internal sealed class TorchSetUp
{
    [OneTimeSetUp]
    public void Load() => LibTorch.EnsureLoaded();
}
