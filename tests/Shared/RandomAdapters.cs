using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>Adapters with numbers large enough to show in the logits, and what a network is with them, by the formulas.</summary>
internal static class RandomAdapters
{
    private static readonly string[] s_fused = [TensorNames.Query, TensorNames.Key, TensorNames.Value];

    /// <summary>A low-rank adapter of some modules of every layer.</summary>
    public static LoraAdapter Lora(TransformerConfig config, int seed, int rank, params string[] modules)
    {
        Random random = new(seed);
        LoraConfig lora = new() { Rank = rank, Alpha = 1.5 * rank, TargetModules = [.. modules.Select(module => module[(module.LastIndexOf('.') + 1)..])] };
        Dictionary<string, int[]> shapes = TensorNames.Of(config).ToDictionary();
        return new LoraAdapter(lora, Enumerable.Range(0, config.Layers).SelectMany(layer => modules.Select(module =>
        {
            int[] shape = shapes[TensorNames.Weight(layer, module)];
            return new LoraLayer($"model.layers.{layer}.{module}", rank, Numbers(random, rank * shape[1]), Numbers(random, shape[0] * rank), 1.5);
        })));
    }

    /// <summary>The same under GPT-2's names: queries, keys and values have one A.</summary>
    public static LoraAdapter Gpt2Lora(TransformerConfig config, int seed, int rank)
    {
        Random random = new(seed);
        return new LoraAdapter(new LoraConfig { Rank = rank, Alpha = rank, TargetModules = ["c_attn", "c_proj", "c_fc"] }, Enumerable.Range(0, config.Layers).SelectMany(layer => new[]
        {
            Layer("attn.c_attn", config.Width, 3 * config.Width), Layer("attn.c_proj", config.Width, config.Width), Layer("mlp.c_fc", config.Width, config.FeedForwardWidth),
            Layer("mlp.c_proj", config.FeedForwardWidth, config.Width),
        }.Select(made => new LoraLayer($"transformer.h.{layer}.{made.Name}", rank, made.Down, made.Up, 1))));

        (string Name, float[] Down, float[] Up) Layer(string name, int inputs, int outputs) => (name, Numbers(random, rank * inputs), Numbers(random, outputs * rank));
    }

    public static PromptAdapter Prompt(TransformerConfig config, int seed, int tokens) => new(tokens, Numbers(new Random(seed), tokens * config.Width));

    public static PrefixAdapter Prefix(TransformerConfig config, int seed, int tokens) =>
        new(tokens, config.Layers, config.KeyValueHeads, config.HeadSize, Numbers(new Random(seed), tokens * config.Layers * 2 * config.KeyValueHeads * config.HeadSize));

    /// <summary>The logits of a text with an adapter, in double precision.</summary>
    public static double[][] Logits(TransformerConfig config, IReadOnlyList<TensorView> weights, ModelAdapter? adapter, int[] ids) => adapter switch
    {
        null => new ReferenceTransformer(config, weights).Logits(ids),
        LoraAdapter lora => new ReferenceTransformer(config, Merged(weights, lora)).Logits(ids),
        PrefixAdapter prefix => new ReferenceTransformer(config, weights) { Prefix = Earlier(prefix) }.Logits(ids),
        PromptAdapter prompt => WithPrompt(config, weights, prompt, ids),
        _ => throw new ArgumentException("Not a kind of adapter.", nameof(adapter)),
    };

    /// <summary>The weights with a low-rank adapter's updates in them.</summary>
    public static IReadOnlyList<TensorView> Merged(IReadOnlyList<TensorView> weights, LoraAdapter adapter)
    {
        Dictionary<string, (LoraLayer Layer, int FirstRow)> updates = [];
        foreach (LoraLayer layer in adapter.Layers)
        {
            string[] parts = layer.Path.Split('.');
            string block = $"model.layers.{parts[2]}.";
            if (parts[0] == "model")
            {
                updates.Add(layer.Path + ".weight", (layer, 0));
            }
            else if (parts[^1] == "c_attn")
            {
                for (int i = 0; i < 3; i++)
                {
                    updates.Add($"{block}{s_fused[i]}.weight", (layer, i * layer.Outputs / 3));
                }
            }
            else
            {
                updates.Add(block + (parts[3], parts[4]) switch { ("attn", "c_proj") => TensorNames.Output, ("mlp", "c_fc") => TensorNames.Up, _ => TensorNames.Down } + ".weight", (layer, 0));
            }
        }

        return [.. weights.Select(view => updates.TryGetValue(view.Name, out (LoraLayer Layer, int FirstRow) update) ? Merged(view, update.Layer, update.FirstRow) : view)];
    }

    private static TensorView Merged(TensorView view, LoraLayer layer, int firstRow)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(view.Data.Span).ToArray();
        for (int row = 0; row < view.Shape[0]; row++)
        {
            for (int column = 0; column < view.Shape[1]; column++)
            {
                double update = 0;
                for (int rank = 0; rank < layer.Rank; rank++)
                {
                    update += (double)layer.Up.Span[((firstRow + row) * layer.Rank) + rank] * layer.Down.Span[(rank * layer.Inputs) + column];
                }

                values[(row * view.Shape[1]) + column] += (float)(layer.Scale * update);
            }
        }

        return view with { Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };
    }

    // Prompts are the embeddings of tokens that the vocabulary does not have.
    private static double[][] WithPrompt(TransformerConfig config, IReadOnlyList<TensorView> weights, PromptAdapter prompt, int[] ids)
    {
        int vocabulary = config.VocabularySize;
        TransformerConfig larger = config with { VocabularySize = vocabulary + prompt.VirtualTokens };
        byte[] added = MemoryMarshal.AsBytes(prompt.Embeddings.Span).ToArray();
        TensorView[] views = [.. weights.Select(view => view.Name is TensorNames.Embedding or TensorNames.Head
            ? view with { Shape = [larger.VocabularySize, config.Width], Data = (byte[])[.. view.Data.ToArray(), .. added] } : view)];
        int[] virtualIds = [.. Enumerable.Range(vocabulary, prompt.VirtualTokens)];
        return [.. new ReferenceTransformer(larger, views).Logits([.. virtualIds, .. ids]).Skip(prompt.VirtualTokens).Select(row => row[..vocabulary])];
    }

    private static (double[][] Keys, double[][] Values)[] Earlier(PrefixAdapter prefix)
    {
        int width = prefix.Heads * prefix.HeadSize;
        return [.. Enumerable.Range(0, prefix.Layers).Select(layer => (Part(layer, 0), Part(layer, 1)))];

        double[][] Part(int layer, int kind) => [.. Enumerable.Range(0, prefix.VirtualTokens).Select(token => Array.ConvertAll(
            prefix.KeyValues.Span.Slice(((((token * prefix.Layers) + layer) * 2) + kind) * width, width).ToArray(), value => (double)value))];
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - .5) * .8))];
}
