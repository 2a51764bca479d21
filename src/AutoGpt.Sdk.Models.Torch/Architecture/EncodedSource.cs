using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// What an <see cref="EncoderDecoderTransformer"/> has read: made once a text, used for every token that is decoded. Without gradients each layer's keys and values of it are kept as well. Not thread-safe.
/// </summary>
public sealed class EncodedSource : IDisposable
{
    private readonly Tensor _memory; // [batch, source, width]
    private readonly (Tensor Keys, Tensor Values)?[] _kept;

    /// <param name="memory">The encoder's output in the type of the matrix products; this object owns it.</param>
    /// <param name="mask">What is added to scores, or null; this object owns it.</param>
    /// <param name="layers">Layers of the decoder.</param>
    internal EncodedSource(Tensor memory, Tensor? mask, int layers)
    {
        (_memory, Mask, _kept) = (memory, mask, new (Tensor, Tensor)?[layers]);
    }

    /// <summary>Texts in it.</summary>
    public int Rows => (int)_memory.shape[0];

    /// <summary>What is added to scores, <c>[batch · shared, 1, source]</c>, or null.</summary>
    internal Tensor? Mask { get; }

    /// <summary>A text, for as many rows.</summary>
    /// <param name="rows">Rows.</param>
    internal EncodedSource Repeat(int rows) => Rows == 1 && Mask is null
        ? new EncodedSource(_memory.expand(rows, -1, -1).DetachFromDisposeScope(), null, _kept.Length)
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
        _memory.Dispose();
    }

    /// <summary>A layer's keys and values, <c>[batch, shared, source, size]</c>.</summary>
    internal (Tensor Keys, Tensor Values) KeyValues(int layer, Func<Tensor, (Tensor Keys, Tensor Values)> project)
    {
        if (is_grad_enabled())
        {
            return project(_memory);
        }

        if (_kept[layer] is (Tensor, Tensor) known)
        {
            return known;
        }

        (Tensor keys, Tensor values) = project(_memory);
        keys.DetachFromDisposeScope();
        values.DetachFromDisposeScope();
        _kept[layer] = (keys, values);
        return (keys, values);
    }
}
