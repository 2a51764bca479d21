using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>The shapes of models people run: Qwen2.5 0.5B, Llama 3.2 1B and Llama 3.1 8B, without their biases.</summary>
internal sealed record ModelShape(string Name, TransformerConfig Config)
{
    public static IReadOnlyList<ModelShape> All(bool small) => small
        ? [new("tiny", new TransformerConfig { VocabularySize = 96, ContextLength = 512, Width = 128, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 64, FeedForwardWidth = 160 })]
        :
        [
            new("0.5B", new TransformerConfig { VocabularySize = 151_936, ContextLength = 40_000, Width = 896, Layers = 24, Heads = 14, KeyValueHeads = 2, FeedForwardWidth = 4864, TiedHead = true }),
            new("1B", new TransformerConfig { VocabularySize = 128_256, ContextLength = 40_000, Width = 2048, Layers = 16, Heads = 32, KeyValueHeads = 8, FeedForwardWidth = 8192, TiedHead = true }),
            new("8B", new TransformerConfig { VocabularySize = 128_256, ContextLength = 40_000, Width = 4096, Layers = 32, Heads = 32, KeyValueHeads = 8, FeedForwardWidth = 14_336 }),
        ];

    /// <summary>The matrix-vector products of a step.</summary>
    public IEnumerable<(string Name, int Rows, int Columns, bool Norm, GemvEnding Ending)> Products()
    {
        int query = Config.Heads * Config.HeadSize;
        yield return ("qkv", query + (2 * Config.KeyValueHeads * Config.HeadSize), Config.Width, true, GemvEnding.Store);
        yield return ("output", Config.Width, query, false, GemvEnding.AddResidual);
        yield return ("gate+up", 2 * Config.FeedForwardWidth, Config.Width, true, GemvEnding.SwiGlu);
        yield return ("down", Config.Width, Config.FeedForwardWidth, false, GemvEnding.AddResidual);
        yield return ("head", Config.VocabularySize, Config.Width, true, GemvEnding.Greedy);
    }
}
