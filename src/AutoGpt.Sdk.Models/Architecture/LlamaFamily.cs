namespace AutoGpt.Sdk.Models;

/// <summary>
/// A kind of network that Hugging Face describes with Llama's fields: rotary positions, RMSNorm, SwiGLU. The numbers are the defaults of its
/// configuration class, which hold where a file lacks a field.
/// </summary>
/// <param name="ModelType">model_type.</param>
/// <param name="Architecture">architectures.</param>
/// <param name="Context">max_position_embeddings.</param>
/// <param name="KeyValueHeads">num_key_value_heads; null for as many as heads.</param>
/// <param name="HeadSize">head_dim; null for width / heads.</param>
internal sealed record LlamaFamily(string ModelType, string Architecture, int Context, int? KeyValueHeads = null, int? HeadSize = null)
{
    public static LlamaFamily Llama { get; } = new("llama", "LlamaForCausalLM", 2048);

    /// <summary>Llama with a window; one of 4096 where the field is absent altogether.</summary>
    public static LlamaFamily Mistral { get; } = new("mistral", "MistralForCausalLM", 131_072, 8);

    /// <summary>Llama with biases of queries, keys and values.</summary>
    public static LlamaFamily Qwen2 { get; } = new("qwen2", "Qwen2ForCausalLM", 32_768, 32);

    /// <summary>Llama with normed heads of queries and keys.</summary>
    public static LlamaFamily Qwen3 { get; } = new("qwen3", "Qwen3ForCausalLM", 32_768, 32, 128);

    public static IReadOnlyList<LlamaFamily> All { get; } = [Llama, Mistral, Qwen2, Qwen3];

    /// <summary>The family that expresses a shape, the one most programs read where several do; null where none does.</summary>
    public static LlamaFamily? Of(TransformerConfig config) => config is
    {
        Positions: PositionEncoding.Rotary, Normalization: Normalization.RmsNorm, Activation: Activation.SwiGlu, Bias: false,
    }
        ? config switch
        {
            { QueryKeyNorm: true, QueryKeyValueBias: false } => Qwen3,
            { QueryKeyNorm: true } => null,

            // Its head size is no field of its own.
            { QueryKeyValueBias: true } => config.HeadSize * config.Heads == config.Width ? Qwen2 : null,
            { SlidingWindow: not null } => Mistral,
            _ => Llama,
        }
        : null;
}
