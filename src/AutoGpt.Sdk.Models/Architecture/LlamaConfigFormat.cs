using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>config.json of Hugging Face's Llama and the families that share its fields.</summary>
internal static class LlamaConfigFormat
{
    private const string Window = "sliding_window";
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    // Asked for by derived files; each changes the computation.
    private static readonly string[] s_absent =
    [
        "quantization_config", "num_local_experts", "num_experts", "embedding_multiplier", "residual_multiplier", "attention_multiplier",
        "logits_scaling", "final_logit_softcapping", "attn_logit_softcapping", "query_pre_attn_scalar", "no_rope_layers", "shared_intermediate_size",
    ];

    public static TransformerConfig Read(ConfigFields fields, LlamaFamily family)
    {
        RequirePlain(fields, family);
        int width = fields.Integer("hidden_size");
        int layers = fields.Integer("num_hidden_layers");
        int heads = fields.Integer("num_attention_heads");
        if (!fields.Has("head_dim") && family.HeadSize is null && width % heads != 0)
        {
            throw fields.Unsupported($"hidden_size {width} is no multiple of the {heads} heads and there is no head_dim");
        }

        (float rotaryBase, RotaryScaling? scaling) = RotaryConfigFormat.Read(fields);
        return new TransformerConfig
        {
            VocabularySize = fields.Integer("vocab_size"),
            ContextLength = fields.Integer("max_position_embeddings", family.Context),
            Width = width,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", family.KeyValueHeads ?? heads),
            HeadSize = fields.Integer("head_dim", family.HeadSize ?? Math.Max(1, width / heads)),
            FeedForwardWidth = fields.Integer("intermediate_size"),
            NormalizationEpsilon = fields.Number("rms_norm_eps", 1e-6f),
            Bias = HasBias(fields, family),
            QueryKeyValueBias = family == LlamaFamily.Qwen2,
            QueryKeyNorm = family == LlamaFamily.Qwen3,
            SlidingWindow = SlidingWindow(fields, family, layers),
            RotaryBase = rotaryBase,
            RotaryScaling = scaling,
            TiedHead = fields.Flag("tie_word_embeddings", false),
        };
    }

    public static void Write(Utf8JsonWriter json, TransformerConfig config, LlamaFamily family)
    {
        json.WriteStartArray("architectures"u8);
        json.WriteStringValue(family.Architecture);
        json.WriteEndArray();
        json.WriteString("model_type"u8, family.ModelType);
        json.WriteNumber("vocab_size"u8, config.VocabularySize);
        json.WriteNumber("max_position_embeddings"u8, config.ContextLength);
        json.WriteNumber("hidden_size"u8, config.Width);
        json.WriteNumber("num_hidden_layers"u8, config.Layers);
        json.WriteNumber("num_attention_heads"u8, config.Heads);
        json.WriteNumber("num_key_value_heads"u8, config.KeyValueHeads);
        json.WriteNumber("head_dim"u8, config.HeadSize);
        json.WriteNumber("intermediate_size"u8, config.FeedForwardWidth);
        json.WriteString("hidden_act"u8, "silu"u8);
        json.WriteNumber("rms_norm_eps"u8, config.NormalizationEpsilon);
        RotaryConfigFormat.Write(json, config);
        if (family == LlamaFamily.Llama)
        {
            json.WriteBoolean("mlp_bias"u8, false);
        }

        if (family != LlamaFamily.Qwen2)
        {
            json.WriteBoolean("attention_bias"u8, false);
        }

        WriteWindow(json, config, family);
        json.WriteBoolean("tie_word_embeddings"u8, config.TiedHead);
    }

    private static void RequirePlain(ConfigFields fields, LlamaFamily family)
    {
        fields.RequireArchitecture(family.Architecture);
        fields.Require("hidden_act", "\"silu\"");
        foreach (string name in family == LlamaFamily.Llama ? [Window, .. s_absent] : s_absent)
        {
            if (fields.Has(name))
            {
                throw fields.Unsupported($"'{name}'; only plain networks of the family '{family.ModelType}' are supported");
            }
        }
    }

    // Llama's two switches are this library's one. The other families have biases by their nature or not at all.
    private static bool HasBias(ConfigFields fields, LlamaFamily family)
    {
        if (family == LlamaFamily.Llama && fields.Flag("attention_bias", false) && fields.Flag("mlp_bias", false))
        {
            return true;
        }

        fields.Require("attention_bias", "false");
        fields.Require("mlp_bias", "false");
        return false;
    }

    private static int? SlidingWindow(ConfigFields fields, LlamaFamily family, int layers)
    {
        int? window = null;
        if (family == LlamaFamily.Mistral)
        {
            // Null says that there is no window, absence that it is the default one.
            window = fields.Has(Window) || !fields.Root.TryGetProperty(Window, out _) ? fields.Integer(Window, 4096) : null;
        }
        else if (family != LlamaFamily.Llama && fields.Flag("use_sliding_window", false))
        {
            int whole = fields.Integer("max_window_layers", 28, least: 0);
            window = whole >= layers ? null : fields.Integer(Window, 4096);
            if (window is not null && whole > 0)
            {
                throw fields.Unsupported($"a sliding window in the layers from {whole} on only (max_window_layers); all layers or none can have one");
            }
        }

        if (fields.Texts("layer_types") is { } types && types.FirstOrDefault(type => type != (window is null ? Full : Sliding)) is string other)
        {
            throw fields.Unsupported($"layer_types with '{other}' where the other fields ask for {(window is null ? "no window" : "a sliding window")} in every layer");
        }

        return window;
    }

    private static void WriteWindow(Utf8JsonWriter json, TransformerConfig config, LlamaFamily family)
    {
        if (family == LlamaFamily.Llama)
        {
            return;
        }

        if (config.SlidingWindow is int window)
        {
            json.WriteNumber(Window, window);
        }
        else
        {
            json.WriteNull(Window);
        }

        if (family != LlamaFamily.Mistral)
        {
            json.WriteBoolean("use_sliding_window"u8, config.SlidingWindow is not null);
            json.WriteNumber("max_window_layers"u8, config.SlidingWindow is null ? config.Layers : 0);
        }
    }
}
