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
    private NetworkAdapter? _adapter;

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
        _model = new TransformerStack(config, options.Dropout) { Recomputes = options.CheckpointActivations };
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

    /// <summary>Whether layers keep only what goes into them and are computed once more in the backward pass, as <see cref="CausalTransformerOptions.CheckpointActivations"/> says.</summary>
    public bool CheckpointActivations
    {
        get => _model.Recomputes;
        set => _model.Recomputes = value;
    }

    /// <summary>
    /// What changes this network at present, or null. The caller keeps it. Texts that go on from a cache must have the adapter they began with, and where it has virtual tokens, begin with
    /// <see cref="Begin"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The adapter is for a network of another shape.</exception>
    public NetworkAdapter? Adapter
    {
        get => _adapter;
        set => _adapter = value is null || value.Config.Equals(Config) ? value : throw new ArgumentException("The adapter is for a network of another shape.", nameof(value));
    }

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
        long past = cache?.Length ?? _adapter?.VirtualTokens ?? 0;
        if (past + ids.shape[1] > Config.ContextLength)
        {
            throw new ArgumentException($"{past + ids.shape[1]} tokens exceed the context of {Config.ContextLength}.", nameof(ids));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = _model.Embedding.forward(ids); // [batch, sequence, width]
        if (cache is not null || _adapter?.Embeddings is not Tensor prompt)
        {
            return _model.Forward(x, cache, _adapter, ComputeType, cancellationToken).MoveToOuterDisposeScope();
        }

        x = cat([prompt.unsqueeze(0).expand(x.shape[0], -1, -1), x], 1);
        return _model.Forward(x, null, _adapter, ComputeType, cancellationToken).narrow(1, past, ids.shape[1]).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the virtual tokens of <see cref="Adapter"/> into an empty cache, before those of a text; does nothing where there are none.</summary>
    /// <param name="cache">An empty cache with room for them and the text.</param>
    /// <param name="cancellationToken">As for <see cref="Decode"/>.</param>
    /// <exception cref="ArgumentException">The cache is not empty.</exception>
    public void Begin(KeyValueCache cache, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (cache.Length > 0)
        {
            throw new ArgumentException($"The cache has {cache.Length} tokens; a text begins with an empty one.", nameof(cache));
        }

        using DisposeScope scope = NewDisposeScope();
        if (_adapter?.Embeddings is Tensor prompt)
        {
            _model.Forward(prompt.unsqueeze(0).expand(cache.Batch, -1, -1), cache, _adapter, ComputeType, cancellationToken);
        }
        else if (_adapter is PrefixTuning prefix)
        {
            for (int layer = 0; layer < Config.Layers; layer++)
            {
                (Tensor keys, Tensor values) = prefix.KeyValues(layer)!.Value;
                cache.Append(layer, keys.to(ComputeType), values.to(ComputeType));
            }

            cache.Advance(prefix.VirtualTokens);
        }
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
