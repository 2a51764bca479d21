using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>Tiny networks that cover every option of <see cref="TransformerConfig"/>.</summary>
internal static class Shapes
{
    public static TransformerConfig Llama { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 4, FeedForwardWidth = 12,
    };

    public static TransformerConfig Gpt { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 2, Heads = 2, Positions = PositionEncoding.Learned,
        Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, Bias = true, TiedHead = true,
    };

    public static TransformerConfig Sinusoidal { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 1, Heads = 2, Positions = PositionEncoding.Sinusoidal,
        Normalization = Normalization.LayerNorm, Activation = Activation.SwiGlu,
    };

    public static TransformerConfig RotaryWithBiases { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 1, Heads = 4, KeyValueHeads = 1, Activation = Activation.Gelu, Bias = true,
        RotaryBase = 500, NormalizationEpsilon = 1e-3f,
    };

    public static TransformerConfig Qwen2 { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 4, FeedForwardWidth = 12,
        QueryKeyValueBias = true, TiedHead = true, RotaryBase = 1_000_000, NormalizationEpsilon = 1e-6f,
    };

    public static TransformerConfig Qwen3 { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 6, FeedForwardWidth = 12, QueryKeyNorm = true,
    };

    public static TransformerConfig Mistral { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 4, FeedForwardWidth = 12, SlidingWindow = 3,
    };

    // Of the four pairs of a head one stays as it is, one is mixed and two are stretched in full.
    public static TransformerConfig Llama3 { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 2, Heads = 2, KeyValueHeads = 1, HeadSize = 8, FeedForwardWidth = 12, RotaryBase = 100,
        RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 4, OriginalContextLength = 32 },
    };

    public static TransformerConfig Stretched { get; } = new()
    {
        VocabularySize = 11, ContextLength = 8, Width = 8, Layers = 1, Heads = 2, FeedForwardWidth = 12,
        RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 2.5f },
    };

    public static IEnumerable<TestCaseData<TransformerConfig>> All { get; } =
    [
        new TestCaseData<TransformerConfig>(Llama) { TestName = "{m}(Llama)" },
        new TestCaseData<TransformerConfig>(Gpt) { TestName = "{m}(Gpt)" },
        new TestCaseData<TransformerConfig>(Sinusoidal) { TestName = "{m}(Sinusoidal)" },
        new TestCaseData<TransformerConfig>(RotaryWithBiases) { TestName = "{m}(RotaryWithBiases)" },
        new TestCaseData<TransformerConfig>(Qwen2) { TestName = "{m}(Qwen2)" },
        new TestCaseData<TransformerConfig>(Qwen3) { TestName = "{m}(Qwen3)" },
        new TestCaseData<TransformerConfig>(Mistral) { TestName = "{m}(Mistral)" },
        new TestCaseData<TransformerConfig>(Llama3) { TestName = "{m}(Llama3)" },
        new TestCaseData<TransformerConfig>(Stretched) { TestName = "{m}(Stretched)" },
    ];
}
