namespace AutoGpt.Sdk.Models;

/// <summary>config.json of Hugging Face's GPT-2. Absent fields have the defaults of its GPT2Config.</summary>
internal static class Gpt2ConfigFormat
{
    public const string ModelType = "gpt2";

    public static TransformerConfig Read(ConfigFields fields)
    {
        fields.RequireArchitecture("GPT2LMHeadModel");
        fields.Require("scale_attn_weights", "true");
        fields.Require("scale_attn_by_inverse_layer_idx", "false");
        fields.Require("add_cross_attention", "false");
        if (fields.Has("quantization_config"))
        {
            throw fields.Unsupported("'quantization_config'");
        }

        // Two names of the approximation with the hyperbolic tangent.
        if (fields.Has("activation_function") && fields.Text("activation_function") is not ("gelu_new" or "gelu_pytorch_tanh"))
        {
            fields.Require("activation_function", "\"gelu_new\"");
        }

        int width = fields.Integer("n_embd", 768);
        int heads = fields.Integer("n_head", 12);
        if (width % heads != 0)
        {
            throw fields.Unsupported($"n_embd {width} is no multiple of the {heads} heads");
        }

        return new TransformerConfig
        {
            VocabularySize = fields.Integer("vocab_size", 50_257),
            ContextLength = fields.Integer("n_positions", 1024),
            Width = width,
            Layers = fields.Integer("n_layer", 12),
            Heads = heads,
            FeedForwardWidth = fields.Integer("n_inner", (int)Math.Min(4L * width, int.MaxValue)),
            Positions = PositionEncoding.Learned,
            Normalization = Normalization.LayerNorm,
            NormalizationEpsilon = fields.Number("layer_norm_epsilon", 1e-5f),
            Activation = Activation.Gelu,
            Bias = true,
            TiedHead = fields.Flag("tie_word_embeddings", true),
        };
    }
}
