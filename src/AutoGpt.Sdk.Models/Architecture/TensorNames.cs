using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The names of a model's tensors in the native checkpoint format: those of Hugging Face's Llama files, extended by biases and a
/// position embedding. Linear weights are <c>[out, in]</c>.
/// </summary>
public static class TensorNames
{
    /// <summary>Token embedding, <c>[vocabulary, width]</c>; the head too when it is tied.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>Learned position embedding, <c>[context, width]</c>.</summary>
    public const string Positions = "model.embed_positions.weight";

    /// <summary>Scale of the last normalisation, <c>[width]</c>.</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary>Shift of the last normalisation, <c>[width]</c>.</summary>
    public const string FinalNormBias = "model.norm.bias";

    /// <summary>Untied head, <c>[vocabulary, width]</c>.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>Scale of the normalisation before attention, <c>[width]</c>.</summary>
    public const string AttentionNorm = "input_layernorm";

    /// <summary>Scale of the normalisation before the feed-forward network, <c>[width]</c>.</summary>
    public const string FeedForwardNorm = "post_attention_layernorm";

    /// <summary>Queries, <c>[heads · headSize, width]</c>.</summary>
    public const string Query = "self_attn.q_proj";

    /// <summary>Keys, <c>[keyValueHeads · headSize, width]</c>.</summary>
    public const string Key = "self_attn.k_proj";

    /// <summary>Values, <c>[keyValueHeads · headSize, width]</c>.</summary>
    public const string Value = "self_attn.v_proj";

    /// <summary>Scale of the normalisation of a query's head, <c>[headSize]</c>.</summary>
    public const string QueryNorm = "self_attn.q_norm";

    /// <summary>Scale of the normalisation of a key's head, <c>[headSize]</c>.</summary>
    public const string KeyNorm = "self_attn.k_norm";

    /// <summary>Attention output, <c>[width, heads · headSize]</c>.</summary>
    public const string Output = "self_attn.o_proj";

    /// <summary>Gate of SwiGLU, <c>[feedForward, width]</c>.</summary>
    public const string Gate = "mlp.gate_proj";

    /// <summary>Inner projection, <c>[feedForward, width]</c>.</summary>
    public const string Up = "mlp.up_proj";

    /// <summary>Outer projection, <c>[width, feedForward]</c>.</summary>
    public const string Down = "mlp.down_proj";

    /// <summary>The weight of a module of a layer.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="module">One of the module names above.</param>
    public static string Weight(int layer, string module) => string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{module}.weight");

    /// <summary>The bias of a module of a layer.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="module">One of the module names above.</param>
    public static string Bias(int layer, string module) => string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{module}.bias");

    /// <summary>Every tensor a model of this shape has, with its shape.</summary>
    /// <param name="config">The shape of the model.</param>
    public static IEnumerable<KeyValuePair<string, int[]>> Of(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return All(config).Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Shape));
    }

    /// <summary>The linear layers of a block, and the shapes of their weights.</summary>
    internal static IEnumerable<(string Module, int Outputs, int Inputs)> Linears(TransformerConfig config)
    {
        int queryWidth = config.Heads * config.HeadSize;
        int keyWidth = config.KeyValueHeads * config.HeadSize;
        yield return (Query, queryWidth, config.Width);
        yield return (Key, keyWidth, config.Width);
        yield return (Value, keyWidth, config.Width);
        yield return (Output, config.Width, queryWidth);
        yield return (Up, config.FeedForwardWidth, config.Width);
        yield return (Down, config.Width, config.FeedForwardWidth);
        if (config.Activation == Activation.SwiGlu)
        {
            yield return (Gate, config.FeedForwardWidth, config.Width);
        }
    }

    private static IEnumerable<(string Name, int[] Shape)> All(TransformerConfig config)
    {
        bool shift = config.Bias && config.Normalization == Normalization.LayerNorm;
        yield return (Embedding, [config.VocabularySize, config.Width]);
        if (config.Positions == PositionEncoding.Learned)
        {
            yield return (Positions, [config.ContextLength, config.Width]);
        }

        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach (string norm in (string[])[AttentionNorm, FeedForwardNorm])
            {
                yield return (Weight(layer, norm), [config.Width]);
                if (shift)
                {
                    yield return (Bias(layer, norm), [config.Width]);
                }
            }

            if (config.QueryKeyNorm)
            {
                yield return (Weight(layer, QueryNorm), [config.HeadSize]);
                yield return (Weight(layer, KeyNorm), [config.HeadSize]);
            }

            foreach ((string module, int outputs, int inputs) in Linears(config))
            {
                yield return (Weight(layer, module), [outputs, inputs]);
                if (module is Query or Key or Value ? config.QueryKeyValueBias : config.Bias)
                {
                    yield return (Bias(layer, module), [outputs]);
                }
            }
        }

        yield return (FinalNorm, [config.Width]);
        if (shift)
        {
            yield return (FinalNormBias, [config.Width]);
        }

        if (!config.TiedHead)
        {
            yield return (Head, [config.VocabularySize, config.Width]);
        }
    }
}
