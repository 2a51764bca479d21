namespace AutoGpt.Sdk.Models.Torch;

/// <summary>What a network needs beyond its shape.</summary>
public sealed record TransformerOptions
{
    /// <summary>
    /// Share of activations dropped in training mode – after the embedding, of the attention weights, and before each residual addition – from 0 to
    /// below 1. Default 0. Not part of the model's shape.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Seed of the initial weights. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>The arithmetic of the matrix products. Default <see cref="Precision.Full"/>.</summary>
    public Precision Precision { get; init; } = Precision.Full;

    /// <summary>
    /// Whether in a pass with gradients each layer keeps only what goes into it, and is computed once more in the backward pass (Chen et al. 2016, "Training deep nets with sublinear memory cost"):
    /// memory for longer rows or larger batches, paid with about a third more time. Gradients are the same, bit for bit on the CPU. With dropout, the CPU only. Default false.
    /// </summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>
    /// Where the weights lie and the work is done: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c> for the second GPU. The same seed gives the same initial weights everywhere.
    /// Default <c>cpu</c>. A name, since TorchSharp's own devices need libtorch to be loaded.
    /// </summary>
    public string Device { get; init; } = "cpu";

    internal void Validate()
    {
        if (Dropout is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Dropout), Dropout, "Dropout must be at least 0 and below 1.");
        }
    }
}

/// <summary>The arithmetic of matrix products. Weights, residual stream, normalisations, logits and loss are single precision in any case.</summary>
public enum Precision
{
    /// <summary>IEEE 754 single precision.</summary>
    Full,

    /// <summary>bfloat16 inputs, accumulated in single precision; about three times as fast on CPUs that have the instructions.</summary>
    BFloat16,
}
