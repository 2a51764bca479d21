using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>config.json of Hugging Face's LlamaForCausalLM. Absent optional fields have the defaults of its LlamaConfig.</summary>
internal static class LlamaConfigFormat
{
    private const string Architecture = "LlamaForCausalLM";

    // Asked for by derived files; each changes the computation.
    private static readonly string[] s_absent =
    [
        "sliding_window", "quantization_config", "num_local_experts", "num_experts", "embedding_multiplier", "residual_multiplier",
        "attention_multiplier", "logits_scaling", "final_logit_softcapping", "attn_logit_softcapping", "query_pre_attn_scalar",
        "no_rope_layers", "shared_intermediate_size",
    ];

    public static TransformerConfig Read(ConfigFields fields)
    {
        RequirePlainLlama(fields);
        ConfigFields? rotary = fields.Object("rope_parameters");
        RequirePlainRotary(fields, rotary);
        int width = fields.Integer("hidden_size");
        int heads = fields.Integer("num_attention_heads");
        if (!fields.Has("head_dim") && width % heads != 0)
        {
            throw fields.Unsupported($"hidden_size {width} is no multiple of the {heads} heads and there is no head_dim");
        }

        return new TransformerConfig
        {
            VocabularySize = fields.Integer("vocab_size"),
            ContextLength = fields.Integer("max_position_embeddings", 2048),
            Width = width,
            Layers = fields.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", heads),
            HeadSize = fields.Integer("head_dim", Math.Max(1, width / heads)),
            FeedForwardWidth = fields.Integer("intermediate_size"),
            NormalizationEpsilon = fields.Number("rms_norm_eps", 1e-6f),
            RotaryBase = rotary?.Number("rope_theta", 10_000) ?? fields.Number("rope_theta", 10_000),
            TiedHead = fields.Flag("tie_word_embeddings", false),
        };
    }

    public static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteStartArray("architectures"u8);
        json.WriteStringValue(Architecture);
        json.WriteEndArray();
        json.WriteString("model_type"u8, TransformerConfigFile.Llama);
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
        json.WriteNumber("rope_theta"u8, config.RotaryBase);
        json.WriteNull("rope_scaling"u8);
        json.WriteBoolean("attention_bias"u8, false);
        json.WriteBoolean("mlp_bias"u8, false);
        json.WriteBoolean("tie_word_embeddings"u8, config.TiedHead);
    }

    private static void RequirePlainLlama(ConfigFields fields)
    {
        if (fields.Root.TryGetProperty("architectures"u8, out JsonElement architectures) && architectures.ValueKind == JsonValueKind.Array
            && architectures.EnumerateArray().FirstOrDefault(item => item.ValueKind != JsonValueKind.String || !item.ValueEquals(Architecture)) is
            { ValueKind: not JsonValueKind.Undefined } other)
        {
            throw fields.Unsupported($"the architecture {other.GetRawText()}; only {Architecture} is supported");
        }

        fields.Require("hidden_act", "\"silu\"");
        fields.Require("attention_bias", "false");
        fields.Require("mlp_bias", "false");
        foreach (string name in s_absent)
        {
            if (fields.Has(name))
            {
                throw fields.Unsupported($"'{name}'; only plain Llama networks are supported");
            }
        }
    }

    private static void RequirePlainRotary(ConfigFields fields, ConfigFields? rotary)
    {
        ConfigFields? scaling = fields.Object("rope_scaling");
        if (scaling is not null && !scaling.Has("rope_type") && !scaling.Has("type"))
        {
            throw fields.Unsupported("rope_scaling without a type");
        }

        foreach (ConfigFields? part in (ConfigFields?[])[rotary, scaling])
        {
            part?.Require("rope_type", "\"default\"");
            part?.Require("type", "\"default\"");
            part?.Require("partial_rotary_factor", "1");
        }

        fields.Require("partial_rotary_factor", "1");
    }
}
