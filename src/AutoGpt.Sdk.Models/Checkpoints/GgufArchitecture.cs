namespace AutoGpt.Sdk.Models;

/// <summary>Which of llama.cpp's architectures expresses a network, and what its keys are.</summary>
internal static class GgufArchitecture
{
    public const string Llama = "llama";
    public const string Qwen2 = "qwen2";
    public const string Qwen3 = "qwen3";
    public const string Gpt2 = "gpt2";

    /// <summary>The architecture.</summary>
    /// <param name="config">The shape.</param>
    /// <exception cref="NotSupportedException">There is none; the message says what stands in the way.</exception>
    public static string Of(TransformerConfig config)
    {
        bool isGpt2 = config.Positions == PositionEncoding.Learned;
        string? problem = config switch
        {
            { Positions: PositionEncoding.Sinusoidal } => "sinusoidal positions",
            { Normalization: var norm } when norm != (isGpt2 ? Normalization.LayerNorm : Normalization.RmsNorm) => $"{config.Positions} positions with {norm}",
            { Activation: var activation } when activation != (isGpt2 ? Activation.Gelu : Activation.SwiGlu) => $"{config.Positions} positions with {activation}",
            { QueryKeyNorm: true } when isGpt2 => "learned positions with normed heads of queries and keys",
            { QueryKeyNorm: true, QueryKeyValueBias: true } => "normed heads of queries and keys that have biases",
            { QueryKeyNorm: true, RotaryScaling.Kind: RotaryScalingKind.Llama3 } => "normed heads of queries and keys with Llama 3's stretched frequencies",
            _ when isGpt2 && config.HeadSize * config.Heads != config.Width => $"learned positions with {config.Heads} heads of {config.HeadSize} that do not make up the width, {config.Width}",
            _ => null,
        };
        return problem is not null ? throw new NotSupportedException($"A network with {problem} has no architecture in llama.cpp: save it as a folder instead.")
            : isGpt2 ? Gpt2
            : config.QueryKeyNorm ? Qwen3
            : config is { QueryKeyValueBias: true, Bias: false, RotaryScaling: not { Kind: RotaryScalingKind.Llama3 } } && config.HeadSize * config.Heads == config.Width ? Qwen2
            : Llama;
    }

    /// <summary>Writes the keys that <see cref="GgufConfigFormat"/> reads.</summary>
    /// <param name="keys">Receives them.</param>
    /// <param name="architecture">The architecture.</param>
    /// <param name="config">The shape.</param>
    public static void Describe(GgufKeyWriter keys, string architecture, TransformerConfig config)
    {
        Number("block_count", config.Layers);
        Number("context_length", config.ContextLength);
        Number("embedding_length", config.Width);
        Number("feed_forward_length", config.FeedForwardWidth);
        Number("attention.head_count", config.Heads);
        Number("attention.head_count_kv", config.KeyValueHeads);
        keys.Add($"{architecture}.attention.{(config.Normalization == Normalization.LayerNorm ? "layer_norm_epsilon" : "layer_norm_rms_epsilon")}", config.NormalizationEpsilon);
        if (config.SlidingWindow is int window)
        {
            Number("attention.sliding_window", window);
        }

        if (config.Positions != PositionEncoding.Rotary)
        {
            return;
        }

        Number("attention.key_length", config.HeadSize);
        Number("attention.value_length", config.HeadSize);
        Number("rope.dimension_count", config.HeadSize);
        keys.Add($"{architecture}.rope.freq_base", config.RotaryBase);
        Number("vocab_size", config.VocabularySize);
        if (config.RotaryScaling is { Kind: RotaryScalingKind.Linear } scaling)
        {
            keys.Add($"{architecture}.rope.scaling.type", "linear");
            keys.Add($"{architecture}.rope.scaling.factor", scaling.Factor);
        }

        void Number(string name, int value) => keys.Add($"{architecture}.{name}", (uint)value);
    }
}
