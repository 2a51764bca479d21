using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>A Llama-shaped network's weights on a device, in the form the kernels read.</summary>
internal sealed class CudaModel : IDisposable
{
    private readonly CudaWeights _weights;

    /// <summary>Takes the weights over.</summary>
    /// <exception cref="ArgumentException">There are no kernels for the shape.</exception>
    public CudaModel(TransformerConfig config, CudaWeights weights)
    {
        config.Validate();
        Require(config.Positions == PositionEncoding.Rotary, "rotary positions");
        Require(config.Normalization == Normalization.RmsNorm, "RMSNorm");
        Require(config.Activation == Activation.SwiGlu, "SwiGLU");
        Require(!config.QueryKeyValueBias && !config.QueryKeyNorm, "queries and keys without biases and norms of their own");
        Require(config.SlidingWindow is null && config.RotaryScaling is null, "attention to everything before, at plain rotary frequencies");
        Require(config.Width % 32 == 0 && config.FeedForwardWidth % 32 == 0, "widths that are multiples of 32");
        _weights = weights;
        Config = config;
        Shape = new AttentionShape(config.Heads, config.KeyValueHeads, config.HeadSize);
        _ = CudaAttention.KernelName(Shape, bf16: true);
        Embedding = weights.Matrix([(TensorNames.Embedding, config.VocabularySize)], config.Width);
        Head = config.TiedHead ? Embedding : weights.Matrix([(TensorNames.Head, config.VocabularySize)], config.Width);
        FinalNorm = weights.Vector((TensorNames.FinalNorm, config.Width));
        Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new CudaLayer(config, layer, weights))];

        static void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new ArgumentException($"The CUDA kernels need {what}.", nameof(config));
            }
        }
    }

    public TransformerConfig Config { get; }

    public AttentionShape Shape { get; }

    public CudaKernels Kernels => _weights.Kernels;

    public CudaMatrix Embedding { get; }

    public CudaMatrix Head { get; }

    public nint FinalNorm { get; }

    public IReadOnlyList<CudaLayer> Layers { get; }

    /// <summary>Bytes of weights that every step reads: all but the embedding, of which it reads a row.</summary>
    public long BytesPerStep => Head.Bytes + Layers.Sum(layer => layer.Qkv.Bytes + layer.Output.Bytes + layer.GateUp.Bytes + layer.Down.Bytes);

    /// <summary>Bytes on the device.</summary>
    public long Bytes => _weights.Bytes;

    public void Dispose() => _weights.Dispose();
}

/// <summary>The weights of one block: queries, keys and values in one matrix, gate and up in one, row by row in turn.</summary>
internal sealed class CudaLayer
{
    public CudaLayer(TransformerConfig config, int layer, CudaWeights weights)
    {
        int queryWidth = config.Heads * config.HeadSize;
        int keyWidth = config.KeyValueHeads * config.HeadSize;
        AttentionNorm = weights.Vector((Weight(TensorNames.AttentionNorm), config.Width));
        FeedForwardNorm = weights.Vector((Weight(TensorNames.FeedForwardNorm), config.Width));
        Qkv = weights.Matrix([(Weight(TensorNames.Query), queryWidth), (Weight(TensorNames.Key), keyWidth), (Weight(TensorNames.Value), keyWidth)], config.Width);
        Output = weights.Matrix([(Weight(TensorNames.Output), config.Width)], queryWidth);
        GateUp = weights.Matrix([(Weight(TensorNames.Gate), config.FeedForwardWidth), (Weight(TensorNames.Up), config.FeedForwardWidth)], config.Width, interleaved: true);
        Down = weights.Matrix([(Weight(TensorNames.Down), config.Width)], config.FeedForwardWidth);
        if (config.Bias)
        {
            // The gate's and the up projection's biases would have to be interleaved as their rows are.
            throw new ArgumentException("The CUDA decoder has no biases yet.", nameof(config));
        }

        string Weight(string module) => TensorNames.Weight(layer, module);
    }

    public nint AttentionNorm { get; }

    public nint FeedForwardNorm { get; }

    public CudaMatrix Qkv { get; }

    public CudaMatrix Output { get; }

    public CudaMatrix GateUp { get; }

    public CudaMatrix Down { get; }
}
