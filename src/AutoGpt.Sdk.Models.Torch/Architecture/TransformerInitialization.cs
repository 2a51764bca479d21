using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// nanoGPT's initial weights: normal with deviation .02; the projections that add to the residual stream scaled by 1/√(how many there are), so that its
/// variance does not grow with depth (GPT-2, section 2.3); biases 0, scales 1.
/// </summary>
internal static class TransformerInitialization
{
    private const double Deviation = .02;

    /// <param name="network">The network.</param>
    /// <param name="residuals">How many sub-layers add to the residual stream: two a layer, three where there is cross-attention.</param>
    /// <param name="seed">The seed.</param>
    public static void Apply(Module network, int residuals, long seed)
    {
        using IDisposable noGradient = no_grad();
        using var generator = new Generator((ulong)seed, network.parameters().First().device);
        foreach ((string name, Parameter parameter) in network.named_parameters())
        {
            if (parameter.dim() >= 2)
            {
                bool residual = name.EndsWith(".o_proj.weight", StringComparison.Ordinal) || name.EndsWith(".down_proj.weight", StringComparison.Ordinal);
                parameter.normal_(0, residual ? Deviation / Math.Sqrt(residuals) : Deviation, generator);
            }
            else
            {
                parameter.FillInPlace(name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
            }
        }
    }
}
