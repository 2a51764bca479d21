using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>The shape of a model, and what a GGUF file calls it.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Architecture">The file's <c>general.architecture</c>.</param>
/// <param name="PreTokenizer">The file's <c>tokenizer.ggml.pre</c>.</param>
/// <param name="Config">The shape.</param>
internal sealed record GgufShape(string Name, string Architecture, string PreTokenizer, TransformerConfig Config)
{
    private static readonly TransformerConfig s_tiny = new()
    {
        VocabularySize = 4096, ContextLength = 1024, Width = 256, Layers = 4, Heads = 4, KeyValueHeads = 2, FeedForwardWidth = 768,
    };

    private static readonly TransformerConfig s_gpt2 = new()
    {
        VocabularySize = 50_257, ContextLength = 1024, Width = 768, Layers = 12, Heads = 12, Positions = PositionEncoding.Learned,
        Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, Bias = true, TiedHead = true,
    };

    /// <summary>The published shapes whose speed is compared.</summary>
    public static IReadOnlyList<GgufShape> Published { get; } =
    [
        new("smollm2-135m", "llama", "smollm", new TransformerConfig
        {
            VocabularySize = 49_152, ContextLength = 8192, Width = 576, Layers = 30, Heads = 9, KeyValueHeads = 3, FeedForwardWidth = 1536, RotaryBase = 100_000, TiedHead = true,
        }),
        new("qwen2.5-0.5b", "qwen2", "qwen2", new TransformerConfig
        {
            VocabularySize = 151_936, ContextLength = 32_768, Width = 896, Layers = 24, Heads = 14, KeyValueHeads = 2, FeedForwardWidth = 4864,
            RotaryBase = 1_000_000, NormalizationEpsilon = 1e-6f, QueryKeyValueBias = true, TiedHead = true,
        }),
        new("llama3.2-1b", "llama", "llama-bpe", new TransformerConfig
        {
            VocabularySize = 128_256, ContextLength = 131_072, Width = 2048, Layers = 16, Heads = 32, KeyValueHeads = 8, FeedForwardWidth = 8192,
            RotaryBase = 500_000, RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 32 }, TiedHead = true,
        }),
        new("qwen3-0.6b", "qwen3", "qwen2", new TransformerConfig
        {
            VocabularySize = 151_936, ContextLength = 40_960, Width = 1024, Layers = 28, Heads = 16, KeyValueHeads = 8, HeadSize = 128, FeedForwardWidth = 3072,
            RotaryBase = 1_000_000, NormalizationEpsilon = 1e-6f, QueryKeyNorm = true, TiedHead = true,
        }),
        new("gpt2-124m", "gpt2", "gpt-2", s_gpt2),
    ];

    /// <summary>
    /// Small shapes for comparing logits, each with a head of its own: under a tied one random weights repeat one token. Widths are multiples of 256, so that
    /// every tensor can have any type, but for the last: its K-quants fall back to blocks of 32.
    /// </summary>
    public static IReadOnlyList<GgufShape> Tiny { get; } =
    [
        new("tiny-llama", "llama", "llama-bpe", s_tiny),
        new("tiny-llama3", "llama", "llama-bpe", s_tiny with
        {
            ContextLength = 32_768, RotaryBase = 500_000, RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = 8 },
        }),
        new("tiny-linear", "llama", "llama-bpe", s_tiny with { RotaryScaling = new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 4 } }),
        new("tiny-mistral", "llama", "llama-bpe", s_tiny with { SlidingWindow = 24 }),
        new("tiny-qwen2", "qwen2", "qwen2", s_tiny with { RotaryBase = 1_000_000, NormalizationEpsilon = 1e-6f, QueryKeyValueBias = true }),
        new("tiny-qwen3", "qwen3", "qwen2", s_tiny with { HeadSize = 128, RotaryBase = 1_000_000, NormalizationEpsilon = 1e-6f, QueryKeyNorm = true }),
        new("tiny-gpt2", "gpt2", "gpt-2", s_gpt2 with { VocabularySize = 4096, Width = 256, Layers = 4, Heads = 4, FeedForwardWidth = 1024, TiedHead = false }),
        new("tiny-576", "llama", "smollm", s_tiny with { Width = 576, Heads = 9, KeyValueHeads = 3, FeedForwardWidth = 1536 }),
    ];

    /// <summary>The small shapes with weights that were trained until they know a text by heart: their choices are clear, so that quantisation does not tip them.</summary>
    public static IReadOnlyList<GgufShape> Trained { get; } = [.. Tiny.Select(shape => shape with { Name = shape.Name.Replace("tiny", "trained", StringComparison.Ordinal) })];

    /// <summary>The in-box model, whose weights were trained: how far its best token leads is nobody's choice here. In the form of a llama file.</summary>
    public static GgufShape Mini { get; } = new("mini", "llama", "llama-bpe", TransformerConfigFile.Read(File.ReadAllBytes(Path.Combine(MiniWeights.Folder, "config.json"))));

    /// <summary>The shape of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static GgufShape Of(string name) => All.FirstOrDefault(shape => shape.Name == name)
        ?? throw new ArgumentException($"There is no shape '{name}': {string.Join(", ", All.Select(shape => shape.Name))}.");

    private static IEnumerable<GgufShape> All => [.. Published, .. Tiny, .. Trained, Mini];
}
