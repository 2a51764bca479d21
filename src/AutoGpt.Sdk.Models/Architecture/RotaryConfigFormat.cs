using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Rotary positions in Hugging Face's config.json: <c>rope_theta</c> and <c>rope_scaling</c>, or <c>rope_parameters</c> as newer files have it.</summary>
internal static class RotaryConfigFormat
{
    private const string Linear = "linear";
    private const string Llama3 = "llama3";
    private const float DefaultBase = 10_000;

    public static (float Base, RotaryScaling? Scaling) Read(ConfigFields fields)
    {
        ConfigFields? parameters = fields.Object("rope_parameters");
        ConfigFields? old = fields.Object("rope_scaling");
        fields.Require("partial_rotary_factor", "1");
        fields.Require("rope_interleaved", "false");
        if (old is not null && !old.Has("rope_type") && !old.Has("type"))
        {
            throw fields.Unsupported("rope_scaling without a type");
        }

        RotaryScaling? stated = parameters is null ? null : Scaling(fields, parameters);
        RotaryScaling? scaling = old is null ? null : Scaling(fields, old);
        if (stated is not null && scaling is not null && stated != scaling)
        {
            throw fields.Unsupported("rope_parameters and rope_scaling that say different things");
        }

        float plain = fields.Number("rope_theta", DefaultBase);
        return (parameters?.Number("rope_theta", plain) ?? plain, stated ?? scaling);
    }

    public static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("rope_theta"u8, config.RotaryBase);
        WriteScaling(json, config.RotaryScaling);
    }

    /// <summary>The scaling alone, under <c>rope_scaling</c>.</summary>
    public static RotaryScaling? ReadScaling(ConfigFields fields) => fields.Object("rope_scaling") is { } scaling ? Scaling(fields, scaling) : null;

    public static void WriteScaling(Utf8JsonWriter json, RotaryScaling? scaling)
    {
        if (scaling is null)
        {
            json.WriteNull("rope_scaling"u8);
            return;
        }

        json.WriteStartObject("rope_scaling"u8);
        json.WriteString("rope_type"u8, scaling.Kind == RotaryScalingKind.Linear ? Linear : Llama3);
        json.WriteNumber("factor"u8, scaling.Factor);
        if (scaling.Kind == RotaryScalingKind.Llama3)
        {
            json.WriteNumber("low_freq_factor"u8, scaling.LowFrequencyFactor);
            json.WriteNumber("high_freq_factor"u8, scaling.HighFrequencyFactor);
            json.WriteNumber("original_max_position_embeddings"u8, scaling.OriginalContextLength);
        }

        json.WriteEndObject();
    }

    private static RotaryScaling? Scaling(ConfigFields fields, ConfigFields part)
    {
        part.Require("partial_rotary_factor", "1");
        if (part.Has("full_attention") || part.Has("sliding_attention"))
        {
            throw fields.Unsupported("rotary positions that differ between layers");
        }

        string type = part.Has("rope_type") ? part.Text("rope_type") : part.Has("type") ? part.Text("type") : "default";
        if (part.Has("type") && part.Text("type") != type)
        {
            throw fields.Unsupported($"the rotary types '{type}' and '{part.Text("type")}' at once");
        }

        return type switch
        {
            "default" => null,
            Linear => new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = part.Number("factor") },
            Llama3 => new RotaryScaling
            {
                Kind = RotaryScalingKind.Llama3,
                Factor = part.Number("factor"),
                LowFrequencyFactor = part.Number("low_freq_factor"),
                HighFrequencyFactor = part.Number("high_freq_factor"),
                OriginalContextLength = part.Integer("original_max_position_embeddings"),
            },
            _ => throw fields.Unsupported($"the rotary type '{type}'; 'default', '{Linear}' and '{Llama3}' are supported"),
        };
    }
}
