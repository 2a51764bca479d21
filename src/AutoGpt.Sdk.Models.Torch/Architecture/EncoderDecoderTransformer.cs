using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// The encoder–decoder (Vaswani et al. 2017) with normalisation before each sub-layer: an encoder that reads a text both ways, and a decoder that writes another a token at a time,
/// each of its layers attending to what was read. For translation, summaries and other texts made of texts. Not thread-safe.
/// </summary>
public sealed class EncoderDecoderTransformer : Module
{
    private readonly TransformerStack _encoder;
    private readonly TransformerStack _decoder;
    private readonly Linear? _head;

    /// <summary>Creates a network with nanoGPT's initial weights, in training mode.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="options">Dropout, seed and arithmetic. Default: none, 0 and single precision.</param>
    /// <exception cref="ArgumentException">The shape is impossible, an option out of range or the device's name unknown.</exception>
    /// <exception cref="LibTorchException">libtorch does not load.</exception>
    /// <exception cref="NotSupportedException">The device is a GPU that this libtorch cannot use.</exception>
    public EncoderDecoderTransformer(EncoderDecoderConfig config, TransformerOptions? options = null)
        : base(NetworkSetUp.Loaded(nameof(EncoderDecoderTransformer)))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        options ??= new TransformerOptions();
        options.Validate();
        (Config, Dropout, Precision) = (config, options.Dropout, options.Precision);
        _encoder = new TransformerStack(config.Encoder, options.Dropout) { Recomputes = options.CheckpointActivations };
        _decoder = new TransformerStack(config.Decoder, options.Dropout, cross: true, config.SharedEmbedding ? _encoder.Embedding : null) { Recomputes = options.CheckpointActivations };
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
        if (!config.Decoder.TiedHead)
        {
            _head = Linear(config.Decoder.Width, config.Decoder.VocabularySize, hasBias: false);
            register_module("lm_head", _head);
        }

        NetworkSetUp.Finish(this, options, 3 * config.Decoder.Layers);
    }

    /// <summary>The shape.</summary>
    public EncoderDecoderConfig Config { get; }

    /// <summary>Share of activations dropped in training mode.</summary>
    public double Dropout { get; }

    /// <summary>The arithmetic of the matrix products.</summary>
    public Precision Precision { get; set; }

    private ScalarType ComputeType => NetworkSetUp.TypeOf(Precision);

    /// <summary>Reads texts.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, source]</c>, padded at the end of a row with any id.</param>
    /// <param name="lengths">Tokens of each row, 64-bit, <c>[batch]</c>, at least 1. Default: no row is padded.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    /// <returns>What was read; the caller disposes it, after the backward pass where there is one.</returns>
    /// <exception cref="ArgumentException">The rows are longer than the encoder's context.</exception>
    public EncodedSource Encode(Tensor ids, Tensor? lengths = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        RequireRoom(ids.shape[1], Config.Encoder);
        using DisposeScope scope = NewDisposeScope();
        Tensor memory = _encoder.ForwardBothWays(_encoder.Embedding.forward(ids), lengths, ComputeType, cancellationToken).to(ComputeType);
        Tensor? mask = PaddingMask.Create(lengths, ids.shape[1], Config.Decoder.KeyValueHeads, ComputeType);
        return new EncodedSource(memory.DetachFromDisposeScope(), mask?.DetachFromDisposeScope(), Config.Decoder.Layers);
    }

    /// <summary>The decoder's residual stream after the last normalisation.</summary>
    /// <param name="ids">Ids of tokens that were written, 64-bit, <c>[batch, target]</c>; they follow those in the cache.</param>
    /// <param name="source">What they are written from, of as many rows.</param>
    /// <param name="cache">Receives the tokens' keys and values; null where nothing precedes and nothing follows.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    /// <returns><c>[batch, target, width]</c>, single precision.</returns>
    /// <exception cref="ArgumentException">The rows are longer than the decoder's context.</exception>
    public Tensor Hidden(Tensor ids, EncodedSource source, KeyValueCache? cache = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(source);
        RequireRoom((cache?.Length ?? 0) + ids.shape[1], Config.Decoder);
        using DisposeScope scope = NewDisposeScope();
        return _decoder.Forward(_decoder.Embedding.forward(ids), cache, null, ComputeType, cancellationToken, source).MoveToOuterDisposeScope();
    }

    /// <summary>The head.</summary>
    /// <param name="hidden">Rows of <see cref="Hidden"/>, <c>[…, width]</c>.</param>
    /// <returns>Unnormalised log-probabilities of the next token, <c>[…, vocabulary]</c>, single precision.</returns>
    public Tensor Logits(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using DisposeScope scope = NewDisposeScope();
        return Projection.Apply(hidden.to(ComputeType), _head?.weight ?? _decoder.Embedding.weight!, null).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>An empty cache that fits the decoder.</summary>
    /// <param name="capacity">Tokens it must hold, from 1 to the decoder's context.</param>
    /// <param name="batch">Sequences, written in step. Default 1.</param>
    public KeyValueCache CreateCache(int capacity, int batch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.Decoder.ContextLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        return new KeyValueCache(Config.Decoder, capacity, batch, ComputeType, _encoder.Embedding.weight!.device);
    }

    /// <summary>Takes the weights of a checkpoint, converted to single precision.</summary>
    /// <param name="tensors">Every tensor of <see cref="CopyWeights"/>; others are ignored.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape or is not finite.</exception>
    public void LoadWeights(ITensorSource tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        NetworkWeights.Load(this, NetworkWeights.Names(this), tensors);
    }

    /// <summary>A copy of the weights, single precision: those of <see cref="TensorNames"/> under <c>encoder.</c> and <c>decoder.</c> in place of <c>model.</c>, with <c>cross_attn</c> beside <c>self_attn</c>.</summary>
    public IReadOnlyList<TensorView> CopyWeights() => NetworkWeights.Copy(this, NetworkWeights.Names(this));

    private static void RequireRoom(long tokens, TransformerConfig config)
    {
        if (tokens > config.ContextLength)
        {
            throw new ArgumentException($"{tokens} tokens exceed the context of {config.ContextLength}.", nameof(tokens));
        }
    }
}
