using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// A transformer that turns each token into a vector: blocks with normalisation before each sub-layer between an embedding and a head. <see cref="CausalTransformer"/> and
/// <see cref="EncoderTransformer"/> have the same parameters and differ in which tokens see which, so that the weights of one can be given to the other. Not thread-safe.
/// </summary>
/// <remarks>Its parameters are named as in <see cref="TensorNames"/>. A linear layer's weight is <c>[out, in]</c>.</remarks>
public abstract class TransformerTrunk : Module<Tensor, Tensor>
{
    private readonly Linear? _head;

    private protected TransformerTrunk(string name, TransformerConfig config, TransformerOptions? options)
        : base(NetworkSetUp.Loaded(name))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        options ??= new TransformerOptions();
        options.Validate();
        Config = config;
        Dropout = options.Dropout;
        Precision = options.Precision;
        Stack = new TransformerStack(config, options.Dropout) { Recomputes = options.CheckpointActivations };
        register_module("model", Stack);
        if (!config.TiedHead)
        {
            _head = Linear(config.Width, config.VocabularySize, hasBias: false);
            register_module("lm_head", _head);
        }

        NetworkSetUp.Finish(this, options, 2 * config.Layers);
    }

    /// <summary>The shape.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Share of activations dropped in training mode.</summary>
    public double Dropout { get; }

    /// <summary>The arithmetic of the matrix products.</summary>
    public Precision Precision { get; set; }

    /// <summary>Whether layers keep only what goes into them and are computed once more in the backward pass, as <see cref="TransformerOptions.CheckpointActivations"/> says.</summary>
    public bool CheckpointActivations
    {
        get => Stack.Recomputes;
        set => Stack.Recomputes = value;
    }

    private protected ScalarType ComputeType => NetworkSetUp.TypeOf(Precision);

    internal TransformerStack Stack { get; }

    /// <summary>A vector of a text for each row: what a classifier reads.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>, padded at the end of a row with any id.</param>
    /// <param name="lengths">Tokens of each row, 64-bit, <c>[batch]</c>, at least 1.</param>
    /// <returns><c>[batch, width]</c>, single precision.</returns>
    public abstract Tensor Pool(Tensor ids, Tensor lengths);

    /// <summary>The head.</summary>
    /// <param name="hidden">Vectors of tokens, <c>[…, width]</c>.</param>
    /// <returns><c>[…, vocabulary]</c>, single precision.</returns>
    public Tensor Logits(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = _head?.weight ?? Stack.Embedding.weight!;
        return Projection.Apply(hidden.to(ComputeType), weight, null).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Takes the weights of a checkpoint, converted to single precision.</summary>
    /// <param name="tensors">Every tensor of <see cref="TensorNames.Of"/>; others are ignored.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape or is not finite.</exception>
    public void LoadWeights(ITensorSource tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        NetworkWeights.Load(this, TensorNames.Of(Config), tensors);
    }

    /// <summary>A copy of the weights, single precision, in the order and under the names of <see cref="TensorNames.Of"/>.</summary>
    public IReadOnlyList<TensorView> CopyWeights() => NetworkWeights.Copy(this, TensorNames.Of(Config));
}
