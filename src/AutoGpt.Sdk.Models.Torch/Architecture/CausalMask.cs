using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Which earlier tokens a token sees: minus infinity where it must not look, 0 elsewhere.</summary>
internal static class CausalMask
{
    /// <summary><c>[1, groups · length, past + length]</c>, or null for a single token.</summary>
    public static Tensor? Create(TransformerConfig config, int past, int length, ScalarType type, Device device)
    {
        if (length == 1)
        {
            return null;
        }

        using Tensor full = Scalars.Full(length, past + length, float.NegativeInfinity, type, device);
        using Tensor later = full.triu(past + 1);
        if (config.SlidingWindow is not int window || window >= past + length)
        {
            return later.unsqueeze(0).repeat(1, config.Heads / config.KeyValueHeads, 1);
        }

        using Tensor earlier = full.tril(past - window);
        using Tensor mask = later.Plus(earlier);
        return mask.unsqueeze(0).repeat(1, config.Heads / config.KeyValueHeads, 1);
    }
}
