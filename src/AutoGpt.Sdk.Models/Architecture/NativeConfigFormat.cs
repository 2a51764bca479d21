using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>config.json of shapes that no other program's format expresses: every field is explicit and required, an unknown one is refused.</summary>
internal static class NativeConfigFormat
{
    private const int Version = 2;

    // Of version 1.
    private static readonly HashSet<string> s_fields =
    [
        "model_type", "format_version", "vocab_size", "max_position_embeddings", "hidden_size", "num_hidden_layers", "num_attention_heads",
        "num_key_value_heads", "head_dim", "intermediate_size", "position_encoding", "rope_theta", "normalization", "norm_eps",
        "activation", "bias", "tie_word_embeddings", "bos_token_id", "eos_token_id",
    ];

    // Added by version 2.
    private static readonly HashSet<string> s_added = ["query_key_value_bias", "query_key_norm", "sliding_window", "rope_scaling"];

    private static readonly (string Name, PositionEncoding Value)[] s_positions =
        [("sinusoidal", PositionEncoding.Sinusoidal), ("learned", PositionEncoding.Learned), ("rotary", PositionEncoding.Rotary)];

    private static readonly (string Name, Normalization Value)[] s_normalizations =
        [("layer_norm", Normalization.LayerNorm), ("rms_norm", Normalization.RmsNorm)];

    private static readonly (string Name, Activation Value)[] s_activations = [("gelu", Activation.Gelu), ("swiglu", Activation.SwiGlu)];

    public static TransformerConfig Read(ConfigFields fields)
    {
        int version = fields.Integer("format_version");
        if (version > Version)
        {
            throw fields.Unsupported($"format_version {version}; this library reads versions up to {Version}. Update it");
        }

        foreach (JsonProperty property in fields.Root.EnumerateObject())
        {
            if (!s_fields.Contains(property.Name) && !(version > 1 && s_added.Contains(property.Name)))
            {
                throw fields.Unsupported($"the field '{property.Name}'");
            }
        }

        bool bias = fields.Flag("bias");
        return new TransformerConfig
        {
            VocabularySize = fields.Integer("vocab_size"),
            ContextLength = fields.Integer("max_position_embeddings"),
            Width = fields.Integer("hidden_size"),
            Layers = fields.Integer("num_hidden_layers"),
            Heads = fields.Integer("num_attention_heads"),
            KeyValueHeads = fields.Integer("num_key_value_heads"),
            HeadSize = fields.Integer("head_dim"),
            FeedForwardWidth = fields.Integer("intermediate_size"),
            Positions = Named(fields, "position_encoding", s_positions),
            RotaryBase = fields.Number("rope_theta"),
            Normalization = Named(fields, "normalization", s_normalizations),
            NormalizationEpsilon = fields.Number("norm_eps"),
            Activation = Named(fields, "activation", s_activations),
            Bias = bias,
            QueryKeyValueBias = version > 1 ? fields.Flag("query_key_value_bias") : bias,
            QueryKeyNorm = version > 1 && fields.Flag("query_key_norm"),
            SlidingWindow = version > 1 && fields.Has("sliding_window") ? fields.Integer("sliding_window") : null,
            RotaryScaling = version > 1 ? RotaryConfigFormat.ReadScaling(fields) : null,
            TiedHead = fields.Flag("tie_word_embeddings"),
        };
    }

    public static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteString("model_type"u8, TransformerConfigFile.Native);
        json.WriteNumber("format_version"u8, Version);
        json.WriteNumber("vocab_size"u8, config.VocabularySize);
        json.WriteNumber("max_position_embeddings"u8, config.ContextLength);
        json.WriteNumber("hidden_size"u8, config.Width);
        json.WriteNumber("num_hidden_layers"u8, config.Layers);
        json.WriteNumber("num_attention_heads"u8, config.Heads);
        json.WriteNumber("num_key_value_heads"u8, config.KeyValueHeads);
        json.WriteNumber("head_dim"u8, config.HeadSize);
        json.WriteNumber("intermediate_size"u8, config.FeedForwardWidth);
        json.WriteString("position_encoding"u8, Name(config.Positions, s_positions));
        json.WriteNumber("rope_theta"u8, config.RotaryBase);
        json.WriteString("normalization"u8, Name(config.Normalization, s_normalizations));
        json.WriteNumber("norm_eps"u8, config.NormalizationEpsilon);
        json.WriteString("activation"u8, Name(config.Activation, s_activations));
        json.WriteBoolean("bias"u8, config.Bias);
        json.WriteBoolean("query_key_value_bias"u8, config.QueryKeyValueBias);
        json.WriteBoolean("query_key_norm"u8, config.QueryKeyNorm);
        if (config.SlidingWindow is int window)
        {
            json.WriteNumber("sliding_window"u8, window);
        }
        else
        {
            json.WriteNull("sliding_window"u8);
        }

        RotaryConfigFormat.WriteScaling(json, config.RotaryScaling);
        json.WriteBoolean("tie_word_embeddings"u8, config.TiedHead);
    }

    private static T Named<T>(ConfigFields fields, string field, (string Name, T Value)[] names)
    {
        string name = fields.Text(field);
        int index = Array.FindIndex(names, pair => pair.Name == name);
        return index >= 0
            ? names[index].Value
            : throw fields.Unsupported($"{field} '{name}'; supported are {string.Join(", ", names.Select(pair => pair.Name))}");
    }

    private static string Name<T>(T value, (string Name, T Value)[] names) =>
        names.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Name;
}
