using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Architecture;

/// <summary>Initial weights are too small for their effects to show.</summary>
internal static class Randomness
{
    public static T Randomized<T>(this T network, ulong seed = 42)
        where T : nn.Module
    {
        using IDisposable noGradient = no_grad();
        using var generator = new Generator(seed);
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
        {
            using Tensor noise = randn_like(parameter).normal_(0, .4, generator);
            parameter.add_(noise);
        }

        return network;
    }
}
