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

    public static IEnumerable<TestCaseData<TransformerConfig>> All { get; } =
    [
        new TestCaseData<TransformerConfig>(Llama) { TestName = "{m}(Llama)" },
        new TestCaseData<TransformerConfig>(Gpt) { TestName = "{m}(Gpt)" },
        new TestCaseData<TransformerConfig>(Sinusoidal) { TestName = "{m}(Sinusoidal)" },
        new TestCaseData<TransformerConfig>(RotaryWithBiases) { TestName = "{m}(RotaryWithBiases)" },
    ];
}
