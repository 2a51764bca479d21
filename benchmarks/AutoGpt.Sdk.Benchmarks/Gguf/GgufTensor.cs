using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>A tensor to write: random numbers, or given ones.</summary>
/// <param name="Name">The file's name for it.</param>
/// <param name="Shape">The sizes, outermost first.</param>
/// <param name="Mean">Of its numbers.</param>
/// <param name="Deviation">Of its numbers; 0 where <paramref name="Values"/> are given.</param>
/// <param name="Values">What it holds. Default: random numbers.</param>
internal sealed record GgufTensor(string Name, int[] Shape, float Mean, float Deviation, float[]? Values = null)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Every tensor of a model, by the names that llama.cpp reads.</summary>
    /// <param name="shape">The model.</param>
    public static IEnumerable<GgufTensor> Of(GgufShape shape)
    {
        TransformerConfig config = shape.Config;
        int width = config.Width, query = config.Heads * config.HeadSize, key = config.KeyValueHeads * config.HeadSize, inner = config.FeedForwardWidth;
        bool isGpt2 = shape.Architecture == "gpt2";
        // Sums over a row come out at about 1.3 whatever its width: attention is neither flat nor a spike.
        GgufTensor Matrix(string name, int rows, int columns) => new(name + ".weight", [rows, columns], 0, 1.28f / MathF.Sqrt(columns));
        GgufTensor Norm(string name, int size) => new(name + ".weight", [size], 1, 0.05f);
        GgufTensor Bias(string name, int size) => new(name + ".bias", [size], 0, 0.1f);

        // With a head of its own the embedding may be large, so that what follows depends on the last token.
        GgufTensor embedding = Matrix("token_embd", config.VocabularySize, width);
        yield return config.TiedHead ? embedding : embedding with { Deviation = 1 };
        if (isGpt2)
        {
            yield return Matrix("position_embd", config.ContextLength, width);
        }

        if (config.RotaryScaling is { Kind: RotaryScalingKind.Llama3 })
        {
            yield return new GgufTensor("rope_freqs.weight", [config.HeadSize / 2], 0, 0, GgufRotaryTable.Of(config));
        }

        for (int layer = 0; layer < config.Layers; layer++)
        {
            string block = $"blk.{layer}.";
            foreach (string norm in (string[])["attn_norm", "ffn_norm"])
            {
                yield return Norm(block + norm, width);
                if (config.Bias)
                {
                    yield return Bias(block + norm, width);
                }
            }

            List<(string Name, int Rows, int Columns, bool Bias)> products = isGpt2 ? [("attn_qkv", query + (2 * key), width, true)]
                : [("attn_q", query, width, config.QueryKeyValueBias), ("attn_k", key, width, config.QueryKeyValueBias), ("attn_v", key, width, config.QueryKeyValueBias)];
            products.Add(("attn_output", width, query, config.Bias));
            if (config.Activation == Activation.SwiGlu)
            {
                products.Add(("ffn_gate", inner, width, false));
            }

            products.AddRange([("ffn_up", inner, width, config.Bias), ("ffn_down", width, inner, config.Bias)]);
            foreach ((string name, int rows, int columns, bool bias) in products)
            {
                yield return Matrix(block + name, rows, columns);
                if (bias)
                {
                    yield return Bias(block + name, rows);
                }
            }

            if (config.QueryKeyNorm)
            {
                yield return Norm(block + "attn_q_norm", config.HeadSize);
                yield return Norm(block + "attn_k_norm", config.HeadSize);
            }
        }

        yield return Norm("output_norm", width);
        if (config.Bias)
        {
            yield return Bias("output_norm", width);
        }

        if (!config.TiedHead)
        {
            yield return Matrix("output", config.VocabularySize, width);
        }
    }
}
