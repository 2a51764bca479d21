using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// The network: a decoder-only transformer with normalisation before each sub-layer (GPT-2, Llama). This is the readable definition that trains and
/// that the fast decoders are held to. Not thread-safe.
/// </summary>
/// <remarks>Its parameters are named as in <see cref="TensorNames"/>. A linear layer's weight is <c>[out, in]</c>.</remarks>
public sealed class CausalTransformer : Module<Tensor, Tensor>
{
    private readonly TransformerStack _model;
    private readonly Linear? _head;

    /// <summary>Creates a network with nanoGPT's initial weights, in training mode.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="options">Dropout, seed and arithmetic. Default: none, 0 and single precision.</param>
    /// <exception cref="ArgumentException">The shape is impossible, an option out of range or the device's name unknown.</exception>
    /// <exception cref="LibTorchException">libtorch does not load.</exception>
    /// <exception cref="NotSupportedException">The device is a GPU that this libtorch cannot use.</exception>
    public CausalTransformer(TransformerConfig config, CausalTransformerOptions? options = null)
        : base(Loaded(nameof(CausalTransformer)))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        options ??= new CausalTransformerOptions();
        if (options.Dropout is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Dropout, "Dropout must be at least 0 and below 1.");
        }

        Config = config;
        Dropout = options.Dropout;
        Precision = options.Precision;
        _model = new TransformerStack(config, options.Dropout);
        register_module("model", _model);
        if (!config.TiedHead)
        {
            _head = Linear(config.Width, config.VocabularySize, hasBias: false);
            register_module("lm_head", _head);
        }

        TransformerInitialization.Apply(this, options.Seed);
        if (options.Device != "cpu")
        {
            this.to(Find(options.Device));
        }

        // A caller's dispose scope must not take the weights with it.
        foreach (Tensor tensor in parameters().Concat(buffers()))
        {
            tensor.DetachFromDisposeScope();
        }
    }

    /// <summary>The shape.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Share of activations dropped in training mode.</summary>
    public double Dropout { get; }

    /// <summary>The arithmetic of the matrix products.</summary>
    public Precision Precision { get; set; }

    private ScalarType ComputeType => Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Logits after every token.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>; the sequence no longer than the context.</param>
    /// <returns>Unnormalised log-probabilities of the next token, <c>[batch, sequence, vocabulary]</c>, single precision.</returns>
    public override Tensor forward(Tensor ids) => Decode(ids, null);

    /// <summary>Logits after every token, the tokens following those already in a cache.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>.</param>
    /// <param name="cache">Receives the tokens' keys and values; null where nothing precedes and nothing follows.</param>
    /// <param name="cancellationToken">Checked between layers; a cancelled call leaves the cache's length as it was.</param>
    /// <returns>Unnormalised log-probabilities, <c>[batch, sequence, vocabulary]</c>, single precision.</returns>
    public Tensor Decode(Tensor ids, KeyValueCache? cache, CancellationToken cancellationToken = default)
    {
        using DisposeScope scope = NewDisposeScope();
        return Logits(Hidden(ids, cache, cancellationToken)).MoveToOuterDisposeScope();
    }

    /// <summary>The residual stream after the last normalisation: what the head reads.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>.</param>
    /// <param name="cache">As for <see cref="Decode"/>.</param>
    /// <param name="cancellationToken">As for <see cref="Decode"/>.</param>
    /// <returns><c>[batch, sequence, width]</c>, single precision.</returns>
    public Tensor Hidden(Tensor ids, KeyValueCache? cache = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        long past = cache?.Length ?? 0;
        if (past + ids.shape[1] > Config.ContextLength)
        {
            throw new ArgumentException($"{past + ids.shape[1]} tokens exceed the context of {Config.ContextLength}.", nameof(ids));
        }

        return _model.Forward(ids, cache, ComputeType, cancellationToken);
    }

    /// <summary>The head.</summary>
    /// <param name="hidden">Rows of <see cref="Hidden"/>, <c>[…, width]</c>.</param>
    /// <returns><c>[…, vocabulary]</c>, single precision.</returns>
    public Tensor Logits(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = _head?.weight ?? _model.Embedding.weight!;
        return Projection.Apply(hidden.to(ComputeType), weight, null).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>An empty cache that fits this network.</summary>
    /// <param name="capacity">Tokens it must hold, from 1 to the context length.</param>
    /// <param name="batch">Sequences, read in step. Default 1.</param>
    public KeyValueCache CreateCache(int capacity, int batch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.ContextLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        return new KeyValueCache(Config, capacity, batch, ComputeType, _model.Embedding.weight!.device);
    }

    /// <summary>Takes the weights of a checkpoint, converted to single precision.</summary>
    /// <param name="tensors">Every tensor of <see cref="TensorNames.Of"/>; others are ignored.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape or is not finite.</exception>
    public void LoadWeights(ITensorSource tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        TransformerWeights.Load(this, tensors);
    }

    /// <summary>A copy of the weights, single precision, in the order and under the names of <see cref="TensorNames.Of"/>.</summary>
    public IReadOnlyList<TensorView> CopyWeights() => TransformerWeights.Copy(this);

    private static Device Find(string name)
    {
        try
        {
            return device(name);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException($"There is no device '{name}'; cpu, cuda, cuda:1 and so on are known.", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new NotSupportedException(
                $"The device '{name}' cannot be used: this libtorch has no CUDA, or the driver shows no GPU. Reference one of the packages TorchSharp-cuda-* instead of TorchSharp-cpu, or name the folder of a libtorch that has CUDA in {LibTorchOptions.FolderVariable}.",
                exception);
        }
    }

    // The base class needs torch already.
    private static string Loaded(string name)
    {
        LibTorch.EnsureLoaded();
        return name;
    }
}
