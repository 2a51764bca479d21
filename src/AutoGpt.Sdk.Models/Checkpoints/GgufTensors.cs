using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Tensors of GGUF files under the names of <see cref="TensorNames"/>. Files of the architecture <c>llama</c> have rows of queries and keys permuted so
/// that neighbours are rotated together; they are put back.
/// </summary>
internal static class GgufTensors
{
    public const string Embedding = "token_embd.weight";
    public const string Head = "output.weight";
    public const string RotaryFactors = "rope_freqs.weight";

    private static readonly (string Module, string Name)[] s_modules =
    [
        (TensorNames.AttentionNorm, "attn_norm"), (TensorNames.FeedForwardNorm, "ffn_norm"), (TensorNames.Query, "attn_q"), (TensorNames.Key, "attn_k"),
        (TensorNames.Value, "attn_v"), (TensorNames.QueryNorm, "attn_q_norm"), (TensorNames.KeyNorm, "attn_k_norm"), (TensorNames.Output, "attn_output"),
        (TensorNames.Gate, "ffn_gate"), (TensorNames.Up, "ffn_up"), (TensorNames.Down, "ffn_down"),
    ];

    /// <param name="file">Owned by the result.</param>
    /// <param name="config">Its shape.</param>
    public static ITensorSource Arrange(GgufFile file, TransformerConfig config)
    {
        bool interleaved = GgufConfigFormat.IsInterleaved(file.Metadata);
        return new ArrangedTensors(file, Parts(file, config, interleaved), name => interleaved && name == RotaryFactors);
    }

    private static IEnumerable<KeyValuePair<string, TensorPart>> Parts(GgufFile file, TransformerConfig config, bool interleaved)
    {
        yield return new(TensorNames.Embedding, new TensorPart(Embedding));
        yield return new(TensorNames.Head, new TensorPart(Head));
        yield return new(TensorNames.Positions, new TensorPart("position_embd.weight"));
        yield return new(TensorNames.FinalNorm, new TensorPart("output_norm.weight"));
        yield return new(TensorNames.FinalNormBias, new TensorPart("output_norm.bias"));
        (int queries, int keys) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        for (int layer = 0; layer < Math.Min(config.Layers, file.Names.Count); layer++) // A layer has at least one tensor, whatever the file says.
        {
            string block = string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.");
            foreach ((string module, string name) in s_modules)
            {
                int heads = !interleaved ? 0 : module switch { TensorNames.Query => config.Heads, TensorNames.Key => config.KeyValueHeads, _ => 0 };
                (int first, int? rows) = module switch
                {
                    TensorNames.Query => (0, queries),
                    TensorNames.Key => (queries, keys),
                    TensorNames.Value => (queries + keys, keys),
                    _ => (0, (int?)null),
                };
                foreach ((string target, string kind) in new[] { (TensorNames.Weight(layer, module), "weight"), (TensorNames.Bias(layer, module), "bias") })
                {
                    string fused = $"{block}attn_qkv.{kind}";
                    yield return new(target, rows is not null && file.Contains(fused)
                        ? new TensorPart(fused) { FirstRow = first, Rows = rows, InterleavedHeads = heads }
                        : new TensorPart($"{block}{name}.{kind}") { InterleavedHeads = heads });
                }
            }
        }
    }
}
