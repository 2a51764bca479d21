using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>A model of a shape with random weights, as a GGUF file that llama.cpp loads.</summary>
internal static class RandomModel
{
    /// <summary>Writes the file.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="type">How its matrices are kept, F32, F16 or BF16; vectors are in single precision.</param>
    /// <param name="path">Where.</param>
    public static void Write(GgufShape shape, GgufType type, string path)
    {
        GgufKeyWriter keys = new();
        Describe(keys, shape, type);
        TensorType matrices = Enum.Parse<TensorType>(type.ToString());
        GgufWriter.Write(path, keys, [.. (shape == GgufShape.Mini ? MiniWeights.Of(GgufTensor.Of(shape)) : GgufTensor.Of(shape)).Select(tensor =>
        {
            TensorType own = tensor.Shape.Length == 1 ? TensorType.F32 : matrices;
            return new GgufEntry(tensor.Name, tensor.Shape, own, stream => RandomWeights.Write(tensor, own, stream));
        })]);
    }

    private static void Describe(GgufKeyWriter file, GgufShape shape, GgufType type)
    {
        (TransformerConfig config, string prefix) = (shape.Config, shape.Architecture + ".");
        file.Add("general.architecture", shape.Architecture);
        file.Add("general.name", shape.Name + "-random");
        file.Add("general.file_type", new GgufTypeRule(type, shape.Config).FileType);
        file.Add(prefix + "block_count", (uint)config.Layers);
        file.Add(prefix + "context_length", (uint)config.ContextLength);
        file.Add(prefix + "embedding_length", (uint)config.Width);
        file.Add(prefix + "feed_forward_length", (uint)config.FeedForwardWidth);
        file.Add(prefix + "attention.head_count", (uint)config.Heads);
        file.Add(prefix + (config.Normalization == Normalization.LayerNorm ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"), config.NormalizationEpsilon);
        if (config.Positions == PositionEncoding.Rotary)
        {
            file.Add(prefix + "attention.head_count_kv", (uint)config.KeyValueHeads);
            file.Add(prefix + "attention.key_length", (uint)config.HeadSize);
            file.Add(prefix + "attention.value_length", (uint)config.HeadSize);
            file.Add(prefix + "rope.dimension_count", (uint)config.HeadSize);
            file.Add(prefix + "rope.freq_base", config.RotaryBase);
            file.Add(prefix + "vocab_size", (uint)config.VocabularySize);
        }

        if (config.SlidingWindow is int window)
        {
            file.Add(prefix + "attention.sliding_window", (uint)window);
        }

        if (config.RotaryScaling is { Kind: RotaryScalingKind.Linear } scaling)
        {
            file.Add(prefix + "rope.scaling.type", "linear");
            file.Add(prefix + "rope.scaling.factor", scaling.Factor);
        }

        GgufVocabulary vocabulary = new(config.VocabularySize);
        file.Add("tokenizer.ggml.model", "gpt2");
        file.Add("tokenizer.ggml.pre", shape.PreTokenizer);
        file.Add("tokenizer.ggml.tokens", vocabulary.Tokens);
        file.Add("tokenizer.ggml.token_type", (IReadOnlyCollection<int>)[.. vocabulary.Kinds]);
        file.Add("tokenizer.ggml.merges", vocabulary.Merges);
        file.Add("tokenizer.ggml.bos_token_id", (uint)vocabulary.BeginOfText);
        file.Add("tokenizer.ggml.eos_token_id", (uint)vocabulary.EndOfText);
        file.Add("tokenizer.ggml.add_bos_token", false);
    }
}
