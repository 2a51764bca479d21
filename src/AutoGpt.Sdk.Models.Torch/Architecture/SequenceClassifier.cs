using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// A network that says which class a text belongs to: a trunk – an encoder or a causal network, new or pre-trained – and a linear layer over the vector that it gives a text
/// (Radford et al. 2018; Devlin et al. 2018). Several may share a trunk. Not thread-safe.
/// </summary>
public sealed class SequenceClassifier : Module
{
    private readonly Linear _score;

    /// <summary>Creates a classifier; its own layer begins at random, its trunk as it is.</summary>
    /// <param name="trunk">The trunk, which belongs to the caller.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    /// <param name="seed">Seed of the layer's initial weights. Default 0.</param>
    public SequenceClassifier(TransformerTrunk trunk, int classes, long seed = 0)
        : base(nameof(SequenceClassifier))
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        (Trunk, Classes) = (trunk, classes);
        _score = Linear(trunk.Config.Width, classes);
        register_module("trunk", trunk);
        register_module("score", _score);
        using (no_grad())
        {
            using var generator = new Generator((ulong)seed, CPU);
            _score.weight!.normal_(0, .02, generator);
            _score.bias!.FillInPlace(0);
        }

        _score.to(trunk.parameters().First().device);
        foreach (Parameter parameter in _score.parameters())
        {
            parameter.DetachFromDisposeScope();
        }
    }

    /// <summary>The trunk.</summary>
    public TransformerTrunk Trunk { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>Logits of the classes.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>, padded at the end of a row with any id.</param>
    /// <param name="lengths">Tokens of each row, 64-bit, <c>[batch]</c>, at least 1.</param>
    /// <returns>Unnormalised log-probabilities, <c>[batch, classes]</c>, single precision.</returns>
    public Tensor Logits(Tensor ids, Tensor lengths)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pooled = functional.dropout(Trunk.Pool(ids, lengths), Trunk.Dropout, training);
        return _score.forward(pooled).MoveToOuterDisposeScope();
    }

    /// <summary>Takes the weights of a checkpoint, the trunk's included.</summary>
    /// <param name="tensors">Every tensor of <see cref="CopyWeights"/>; others are ignored.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape or is not finite.</exception>
    public void LoadWeights(ITensorSource tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        NetworkWeights.Load(this, NetworkWeights.Names(this), tensors);
    }

    /// <summary>A copy of the weights, single precision: the trunk's under <c>trunk.</c>, and <c>score.weight</c> and <c>score.bias</c>.</summary>
    public IReadOnlyList<TensorView> CopyWeights() => NetworkWeights.Copy(this, NetworkWeights.Names(this));
}
