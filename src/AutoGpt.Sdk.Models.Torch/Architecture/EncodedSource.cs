using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// What an <see cref="EncoderDecoderTransformer"/> has read: made once a text, used for every token that is decoded. Without gradients each layer's keys and values of it are kept as well. Not thread-safe.
/// </summary>
public sealed class EncodedSource : IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] _kept;

    /// <param name="memory">The encoder's output in the type of the matrix products; this object owns it.</param>
    /// <param name="mask">What is added to scores, or null; this object owns it.</param>
    /// <param name="layers">Layers of the decoder.</param>
    internal EncodedSource(Tensor memory, Tensor? mask, int layers)
    {
        (Memory, Mask, _kept) = (memory, mask, new (Tensor, Tensor)?[layers]);
    }

    /// <summary>Texts in it.</summary>
    public int Rows => (int)Memory.shape[0];

    /// <summary>The encoder's output, <c>[batch, source, width]</c>.</summary>
    internal Tensor Memory { get; }

    /// <summary>What is added to scores, <c>[batch · shared, 1, source]</c>, or null.</summary>
    internal Tensor? Mask { get; }

    /// <summary>Over tensors that somebody else owns, keeping nothing and not to be disposed.</summary>
    internal static EncodedSource Over(Tensor memory, Tensor? mask) => new(memory, mask, 0);

    /// <summary>A text, for as many rows.</summary>
    /// <param name="rows">Rows.</param>
    internal EncodedSource Repeat(int rows) => Rows == 1 && Mask is null
        ? new EncodedSource(Memory.expand(rows, -1, -1).DetachFromDisposeScope(), null, _kept.Length)
        : throw new InvalidOperationException("Only a single text without padding is repeated.");

    /// <inheritdoc />
    public void Dispose()
    {
        foreach ((Tensor Keys, Tensor Values)? kept in _kept)
        {
            kept?.Keys.Dispose();
            kept?.Values.Dispose();
        }

        Mask?.Dispose();
        Memory.Dispose();
    }

    /// <summary>A layer's keys and values, <c>[batch, shared, source, size]</c>.</summary>
    internal (Tensor Keys, Tensor Values) KeyValues(int layer, Func<Tensor, (Tensor Keys, Tensor Values)> project)
    {
        if (is_grad_enabled() || _kept.Length == 0)
        {
            return project(Memory);
        }

        if (_kept[layer] is (Tensor, Tensor) known)
        {
            return known;
        }

        (Tensor keys, Tensor values) = project(Memory);
        keys.DetachFromDisposeScope();
        values.DetachFromDisposeScope();
        _kept[layer] = (keys, values);
        return (keys, values);
    }
}
