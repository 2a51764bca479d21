using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Linear layers in the type of their input. The weights themselves stay single precision: the optimiser's steps are smaller than bfloat16's.</summary>
internal static class Projection
{
    /// <summary><c>[…, in]</c> to <c>[…, out]</c>.</summary>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias) => functional.linear(x, weight.to(x.dtype), bias?.to(x.dtype));

    /// <summary>Several layers over the same input in one product, their outputs side by side.</summary>
    public static Tensor Apply(Tensor x, ReadOnlySpan<Linear> layers)
    {
        var weights = new Tensor[layers.Length];
        Tensor[]? biases = layers[0].bias is null ? null : new Tensor[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            weights[i] = layers[i].weight!;
            if (biases is not null)
            {
                biases[i] = layers[i].bias!;
            }
        }

        return Apply(x, cat(weights, 0), biases is null ? null : cat(biases, 0));
    }
}
