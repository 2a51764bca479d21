using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>Networks as llama.cpp's converter writes them: its names, its keys, its order of the rows of queries and keys.</summary>
internal static class GgufNetworks
{
    private static readonly Dictionary<string, string> s_modules = new()
    {
        [TensorNames.AttentionNorm] = "attn_norm", [TensorNames.FeedForwardNorm] = "ffn_norm", [TensorNames.Query] = "attn_q", [TensorNames.Key] = "attn_k",
        [TensorNames.Value] = "attn_v", [TensorNames.QueryNorm] = "attn_q_norm", [TensorNames.KeyNorm] = "attn_k_norm",
        [TensorNames.Output] = "attn_output", [TensorNames.Gate] = "ffn_gate", [TensorNames.Up] = "ffn_up", [TensorNames.Down] = "ffn_down",
    };

    private static readonly Dictionary<string, string> s_others = new()
    {
        [TensorNames.Embedding] = "token_embd.weight", [TensorNames.Head] = "output.weight", [TensorNames.Positions] = "position_embd.weight",
        [TensorNames.FinalNorm] = "output_norm.weight", [TensorNames.FinalNormBias] = "output_norm.bias",
    };

    /// <summary>A whole file but for the tokenizer.</summary>
    public static GgufBuilder Of(string architecture, TransformerConfig config, IEnumerable<TensorView> tensors)
    {
        var file = new GgufBuilder();
        Describe(file, architecture, config);
        Dictionary<string, TensorView> named = tensors.ToDictionary(tensor => Name(tensor.Name), tensor => architecture == "llama" ? Permuted(tensor, config) : tensor);
        foreach ((string name, TensorView tensor) in named)
        {
            if (architecture == "gpt2" && name.Contains(".attn_q.", StringComparison.Ordinal))
            {
                string[] parts = [name, name.Replace("attn_q", "attn_k", StringComparison.Ordinal), name.Replace("attn_q", "attn_v", StringComparison.Ordinal)];
                byte[] data = [.. parts.SelectMany(part => named[part].Data.ToArray())];
                file.Tensor(tensor with { Shape = [parts.Sum(part => named[part].Shape[0]), .. tensor.Shape.Skip(1)], Data = data }, name.Replace("attn_q", "attn_qkv", StringComparison.Ordinal));
            }
            else if (architecture != "gpt2" || !(name.Contains(".attn_k.", StringComparison.Ordinal) || name.Contains(".attn_v.", StringComparison.Ordinal)))
            {
                file.Tensor(tensor, name);
            }
        }

        return file;
    }

    /// <summary>A tokenizer of 256 bytes, one merge and filler, enough for llama.cpp.</summary>
    public static GgufBuilder WithBytes(this GgufBuilder file, int vocabulary)
    {
        const int Merged = 258;
        var alphabet = new List<string>();
        int added = 0;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            alphabet.Add(((char)(printable ? value : 256 + added++)).ToString());
        }

        string[] tokens = [.. alphabet, .. Enumerable.Range(256, vocabulary - 256).Select(id => id == Merged ? "ab" : $"<{id}>")];
        return file.Key("tokenizer.ggml.model", "gpt2").Key("tokenizer.ggml.pre", "default").Key("tokenizer.ggml.tokens", tokens)
            .Key("tokenizer.ggml.token_type", Enumerable.Range(0, vocabulary).Select(id => id is < 256 or Merged ? 1 : 3).ToArray())
            .Key("tokenizer.ggml.merges", new[] { "a b" }).Key("tokenizer.ggml.bos_token_id", (uint)256).Key("tokenizer.ggml.eos_token_id", (uint)257);
    }

    private static void Describe(GgufBuilder file, string architecture, TransformerConfig config)
    {
        file.Key("general.architecture", architecture).Key("general.name", "test").Key("general.file_type", 0u);
        Number("block_count", config.Layers);
        Number("context_length", config.ContextLength);
        Number("embedding_length", config.Width);
        Number("feed_forward_length", config.FeedForwardWidth);
        Number("attention.head_count", config.Heads);
        if (architecture == "gpt2")
        {
            if (config.KeyValueHeads != config.Heads)
            {
                Number("attention.head_count_kv", config.KeyValueHeads);
            }

            file.Key("gpt2.attention.layer_norm_epsilon", config.NormalizationEpsilon);
            return;
        }

        Number("vocab_size", config.VocabularySize);
        Number("attention.head_count_kv", config.KeyValueHeads);
        Number("attention.key_length", config.HeadSize);
        Number("attention.value_length", config.HeadSize);
        Number("rope.dimension_count", config.HeadSize);
        file.Key($"{architecture}.attention.layer_norm_rms_epsilon", config.NormalizationEpsilon).Key($"{architecture}.rope.freq_base", config.RotaryBase);
        if (config.SlidingWindow is int window)
        {
            Number("attention.sliding_window", window);
        }

        if (config.RotaryScaling is { Kind: RotaryScalingKind.Linear } linear)
        {
            file.Key($"{architecture}.rope.scaling.type", "linear").Key($"{architecture}.rope.scaling.factor", linear.Factor);
        }
        else if (config.RotaryScaling is { } scaling)
        {
            float[] factors = RotaryFactors(config, scaling);
            file.Tensor("rope_freqs.weight", [(ulong)factors.Length], 0, MemoryMarshal.AsBytes<float>(factors).ToArray());
        }

        void Number(string name, int value) => file.Key($"{architecture}.{name}", (uint)value);
    }

    // In single precision, as the converter has it.
    private static float[] RotaryFactors(TransformerConfig config, RotaryScaling scaling) => [.. Enumerable.Range(0, config.HeadSize / 2).Select(i =>
    {
        float frequency = 1 / MathF.Pow(config.RotaryBase, 2f * i / config.HeadSize);
        float length = 2 * MathF.PI / frequency;
        float original = scaling.OriginalContextLength;
        if (length < original / scaling.HighFrequencyFactor)
        {
            return 1;
        }

        float smooth = ((original / length) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return length > original / scaling.LowFrequencyFactor ? scaling.Factor : 1 / (((1 - smooth) / scaling.Factor) + smooth);
    })];

    private static string Name(string name)
    {
        if (s_others.TryGetValue(name, out string? other))
        {
            return other;
        }

        string[] parts = name.Split('.', 4); // model, layers, number, module.kind
        int dot = parts[3].LastIndexOf('.');
        return $"blk.{parts[2]}.{s_modules[parts[3][..dot]]}{parts[3][dot..]}";
    }

    // Each head as [2, size/2, …] with its first two axes swapped.
    private static TensorView Permuted(TensorView tensor, TransformerConfig config)
    {
        if (!tensor.Name.Contains("q_proj", StringComparison.Ordinal) && !tensor.Name.Contains("k_proj", StringComparison.Ordinal))
        {
            return tensor;
        }

        int half = config.HeadSize / 2;
        byte[][] rows = [.. tensor.Data.ToArray().Chunk(tensor.Data.Length / tensor.Shape[0])];
        IEnumerable<byte[]> swapped = rows.Chunk(config.HeadSize).SelectMany(head => Enumerable.Range(0, half).SelectMany(i => new[] { head[i], head[half + i] }));
        return tensor with { Data = swapped.SelectMany(row => row).ToArray() };
    }
}
