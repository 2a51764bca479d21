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

    public const string Positions = "position_embd.weight";
    public const string FusedQueryKeyValue = "attn_qkv";

    private static readonly (string Module, string Name)[] s_modules =
    [
        (TensorNames.AttentionNorm, "attn_norm"), (TensorNames.FeedForwardNorm, "ffn_norm"), (TensorNames.Query, "attn_q"), (TensorNames.Key, "attn_k"),
        (TensorNames.Value, "attn_v"), (TensorNames.QueryNorm, "attn_q_norm"), (TensorNames.KeyNorm, "attn_k_norm"), (TensorNames.Output, "attn_output"),
        (TensorNames.Gate, "ffn_gate"), (TensorNames.Up, "ffn_up"), (TensorNames.Down, "ffn_down"),
    ];

    private static readonly (string Name, string Source)[] s_others =
    [
        (TensorNames.Embedding, Embedding), (TensorNames.Head, Head), (TensorNames.Positions, Positions),
        (TensorNames.FinalNorm, "output_norm.weight"), (TensorNames.FinalNormBias, "output_norm.bias"),
    ];

    /// <summary>The name of a module's tensor.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="name">What the file calls the module.</param>
    /// <param name="kind">weight or bias.</param>
    public static string InLayer(int layer, string name, string kind) => string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{name}.{kind}");

    /// <summary>What a file calls each tensor that a network of so many layers may have, with the module it is of, if any, where nothing is fused.</summary>
    /// <param name="layers">Layers.</param>
    public static Dictionary<string, (string Target, string? Module)> Names(int layers)
    {
        Dictionary<string, (string, string?)> names = s_others.ToDictionary(other => other.Name, other => (other.Source, (string?)null));
        for (int layer = 0; layer < layers; layer++)
        {
            foreach ((string module, string name) in s_modules)
            {
                names.Add(TensorNames.Weight(layer, module), (InLayer(layer, name, "weight"), module));
                names.Add(TensorNames.Bias(layer, module), (InLayer(layer, name, "bias"), module));
            }
        }

        return names;
    }

    /// <param name="file">Owned by the result.</param>
    /// <param name="config">Its shape.</param>
    public static ITensorSource Arrange(GgufFile file, TransformerConfig config)
    {
        bool interleaved = GgufConfigFormat.IsInterleaved(file.Metadata);
        return new ArrangedTensors(file.Metadata.File, file, Parts(file, config, interleaved), name => interleaved && name == RotaryFactors);
    }

    private static IEnumerable<KeyValuePair<string, TensorPart>> Parts(GgufFile file, TransformerConfig config, bool interleaved)
    {
        foreach ((string name, string source) in s_others)
        {
            yield return new(name, new TensorPart(source));
        }

        (int queries, int keys) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        for (int layer = 0; layer < Math.Min(config.Layers, file.Names.Count); layer++) // A layer has at least one tensor, whatever the file says.
        {
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
                    string fused = InLayer(layer, FusedQueryKeyValue, kind);
                    yield return new(target, rows is not null && file.Contains(fused)
                        ? new TensorPart(fused) { FirstRow = first, Rows = rows, InterleavedHeads = heads }
                        : new TensorPart(InLayer(layer, name, kind)) { InterleavedHeads = heads });
                }
            }
        }
    }
}
