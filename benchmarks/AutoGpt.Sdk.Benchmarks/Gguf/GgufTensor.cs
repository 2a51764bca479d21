using System.Numerics.Tensors;
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

        GgufTensor embedding = Matrix("token_embd", config.VocabularySize, width);
        if (!config.TiedHead)
        {
            embedding = Known(embedding with { Deviation = 1 });
        }

        yield return embedding;
        if (isGpt2)
        {
            yield return Matrix("position_embd", config.ContextLength, width);
        }

        if (config.RotaryScaling is { Kind: RotaryScalingKind.Llama3 } scaling)
        {
            yield return new GgufTensor("rope_freqs.weight", [config.HeadSize / 2], 0, 0, Llama3Factors(config, scaling));
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
            yield return Expecting(embedding.Values!, Matrix("output", config.VocabularySize, width));
        }
    }

    // A head that expects a certain token after each, about as strongly as it expects the best of the others: the lead of the best is then as wide as a trained
    // network's, and what attention and feed-forward networks add still decides which it is. Of random numbers alone the best two are next to equal.
    private static GgufTensor Expecting(float[] embedding, GgufTensor head)
    {
        (int vocabulary, int width) = (head.Shape[0], head.Shape[1]);
        GgufTensor known = Known(head);
        for (int token = 0; token < vocabulary; token++)
        {
            Span<float> next = known.Values.AsSpan((int)(((token * 1021L) + 17) % vocabulary) * width, width);
            TensorPrimitives.MultiplyAdd(embedding.AsSpan(token * width, width), 20f / width, next, next);
        }

        return known;
    }

    private static GgufTensor Known(GgufTensor tensor)
    {
        float[] values = new float[tensor.Count];
        RandomWeights.Fill(tensor, values);
        return tensor with { Values = values };
    }

    // What llama.cpp's converter makes of Llama 3.1's rule: the divisor of every frequency.
    private static float[] Llama3Factors(TransformerConfig config, RotaryScaling scaling) =>
        [.. Enumerable.Range(0, config.HeadSize / 2).Select(pair =>
        {
            double length = 2 * Math.PI * Math.Pow(config.RotaryBase, 2.0 * pair / config.HeadSize);
            double share = ((scaling.OriginalContextLength / length) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
            return share >= 1 ? 1 : share <= 0 ? scaling.Factor : (float)(1 / (((1 - share) / scaling.Factor) + share));
        })];
}
