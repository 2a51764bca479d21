using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// An encoder: every token sees all of its text, those after it included (Devlin et al. 2018). Its head foresees masked tokens; under a <see cref="SequenceClassifier"/> it judges texts.
/// Not thread-safe.
/// </summary>
public sealed class EncoderTransformer : TransformerTrunk
{
    /// <summary>Creates a network with nanoGPT's initial weights, in training mode.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="options">Dropout, seed and arithmetic. Default: none, 0 and single precision.</param>
    /// <exception cref="ArgumentException">The shape is impossible or has a sliding window, an option is out of range or the device's name unknown.</exception>
    /// <exception cref="LibTorchException">libtorch does not load.</exception>
    /// <exception cref="NotSupportedException">The device is a GPU that this libtorch cannot use.</exception>
    public EncoderTransformer(TransformerConfig config, TransformerOptions? options = null)
        : base(nameof(EncoderTransformer), WithoutWindow(config), options)
    {
    }

    /// <summary>Logits of every token, for rows without padding.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>; the sequence no longer than the context.</param>
    /// <returns>Unnormalised log-probabilities of the token itself, <c>[batch, sequence, vocabulary]</c>, single precision.</returns>
    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        return Logits(Hidden(ids)).MoveToOuterDisposeScope();
    }

    /// <summary>The residual stream after the last normalisation.</summary>
    /// <param name="ids">Token ids, 64-bit, <c>[batch, sequence]</c>, padded at the end of a row with any id.</param>
    /// <param name="lengths">Tokens of each row, 64-bit, <c>[batch]</c>, at least 1. Default: no row is padded.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    /// <returns><c>[batch, sequence, width]</c>, single precision; what stands at padding means nothing.</returns>
    /// <exception cref="ArgumentException">The rows are longer than the context.</exception>
    public Tensor Hidden(Tensor ids, Tensor? lengths = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.shape[1] > Config.ContextLength)
        {
            throw new ArgumentException($"{ids.shape[1]} tokens exceed the context of {Config.ContextLength}.", nameof(ids));
        }

        using DisposeScope scope = NewDisposeScope();
        return Stack.ForwardBothWays(Stack.Embedding.forward(ids), lengths, ComputeType, cancellationToken).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    /// <remarks>The mean of a row's tokens (Reimers and Gurevych 2019).</remarks>
    public override Tensor Pool(Tensor ids, Tensor lengths)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(lengths);
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Hidden(ids, lengths);
        Tensor places = arange(ids.shape[1], dtype: ScalarType.Int64, device: ids.device);
        Tensor real = places.lt(lengths.unsqueeze(1)).to(ScalarType.Float32).unsqueeze(-1); // [batch, sequence, 1]
        return (hidden * real).sum(1).div(lengths.to(ScalarType.Float32).unsqueeze(1)).MoveToOuterDisposeScope();
    }

    private static TransformerConfig WithoutWindow(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.SlidingWindow is int window
            ? throw new ArgumentException($"SlidingWindow is {window}; an encoder sees all of a text: it must be null.", nameof(config)) : config;
    }
}
