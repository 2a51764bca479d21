using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// nanoGPT's initial weights: normal with deviation .02; the projections that add to the residual stream scaled by 1/√(2·layers), so that its
/// variance does not grow with depth (GPT-2, section 2.3); biases 0, scales 1.
/// </summary>
internal static class TransformerInitialization
{
    private const double Deviation = .02;

    public static void Apply(CausalTransformer model, long seed)
    {
        using IDisposable noGradient = no_grad();
        using var generator = new Generator((ulong)seed, model.parameters().First().device);
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (parameter.dim() >= 2)
            {
                bool residual = name.Contains(TensorNames.Output, StringComparison.Ordinal) || name.Contains(TensorNames.Down, StringComparison.Ordinal);
                parameter.normal_(0, residual ? Deviation / Math.Sqrt(2 * model.Config.Layers) : Deviation, generator);
            }
            else
            {
                parameter.FillInPlace(name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
            }
        }
    }
}
