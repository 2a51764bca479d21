using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Tensors of Hugging Face's GPT-2 files: linear weights are <c>[in, out]</c>, queries, keys and values one tensor, names with or without the prefix
/// <c>transformer.</c>, and each layer may carry its causal mask.
/// </summary>
internal static class Gpt2Tensors
{
    private const string Prefix = "transformer.";

    private static readonly (string Module, string Name, bool Linear)[] s_modules =
    [
        (TensorNames.AttentionNorm, "ln_1", false), (TensorNames.Output, "attn.c_proj", true), (TensorNames.FeedForwardNorm, "ln_2", false),
        (TensorNames.Up, "mlp.c_fc", true), (TensorNames.Down, "mlp.c_proj", true),
    ];

    private static readonly string[] s_fused = [TensorNames.Query, TensorNames.Key, TensorNames.Value];

    /// <param name="config">A GPT-2 shape.</param>
    /// <param name="source">Owned by the result.</param>
    public static ITensorSource Arrange(TransformerConfig config, ITensorSource source)
    {
        string prefix = source.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)) ? Prefix : "";
        return new ArrangedTensors(source, Parts(config, prefix, Math.Min(config.Layers, source.Names.Count)), name => IsMask(name, prefix));
    }

    private static IEnumerable<KeyValuePair<string, TensorPart>> Parts(TransformerConfig config, string prefix, int layers)
    {
        yield return new(TensorNames.Embedding, new TensorPart(prefix + "wte.weight"));
        yield return new(TensorNames.Positions, new TensorPart(prefix + "wpe.weight"));
        yield return new(TensorNames.FinalNorm, new TensorPart(prefix + "ln_f.weight"));
        yield return new(TensorNames.FinalNormBias, new TensorPart(prefix + "ln_f.bias"));
        yield return new(TensorNames.Head, new TensorPart(TensorNames.Head));
        for (int layer = 0; layer < layers; layer++)
        {
            string block = string.Create(CultureInfo.InvariantCulture, $"{prefix}h.{layer}.");
            foreach ((string module, string name, bool linear) in s_modules)
            {
                yield return new(TensorNames.Weight(layer, module), new TensorPart($"{block}{name}.weight") { Transposed = linear });
                yield return new(TensorNames.Bias(layer, module), new TensorPart($"{block}{name}.bias"));
            }

            for (int i = 0; i < s_fused.Length; i++)
            {
                var part = new TensorPart(block + "attn.c_attn.weight") { Transposed = true, FirstRow = i * config.Width, Rows = config.Width };
                yield return new(TensorNames.Weight(layer, s_fused[i]), part);
                yield return new(TensorNames.Bias(layer, s_fused[i]), part with { Source = block + "attn.c_attn.bias", Transposed = false });
            }
        }
    }

    private static bool IsMask(string name, string prefix) =>
        name.StartsWith(prefix + "h.", StringComparison.Ordinal)
        && (name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal));
}
