using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Keys and values of tokens already read, preallocated per layer as <c>[batch, keyValueHeads, capacity, headSize]</c>. Only for use without
/// gradients. Not thread-safe.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    internal KeyValueCache(TransformerConfig config, int capacity, int batch, ScalarType type, Device device)
    {
        Capacity = capacity;
        long[] shape = [batch, config.KeyValueHeads, capacity, config.HeadSize];
        _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => zeros(shape, dtype: type, device: device).DetachFromDisposeScope())];
        _values = [.. Enumerable.Range(0, config.Layers).Select(_ => zeros(shape, dtype: type, device: device).DetachFromDisposeScope())];
    }

    private KeyValueCache(KeyValueCache other)
    {
        Capacity = other.Capacity;
        Length = other.Length;
        _keys = [.. other._keys.Select(tensor => tensor.clone().DetachFromDisposeScope())];
        _values = [.. other._values.Select(tensor => tensor.clone().DetachFromDisposeScope())];
    }

    /// <summary>Tokens read so far.</summary>
    public int Length { get; private set; }

    /// <summary>Tokens it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Sequences, read in step.</summary>
    internal long Batch => _keys[0].shape[0];

    /// <summary>A second cache with the same content.</summary>
    public KeyValueCache Fork() => new(this);

    /// <summary>Forgets the last tokens.</summary>
    /// <param name="length">Tokens to keep, from 0 to <see cref="Length"/>.</param>
    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Puts other sequences into the rows: row i becomes what row <c>rows[i]</c> was.</summary>
    /// <param name="rows">64-bit, <c>[batch]</c>.</param>
    internal void Reorder(Tensor rows)
    {
        foreach (Tensor[] tensors in (Tensor[][])[_keys, _values])
        {
            foreach (Tensor tensor in tensors)
            {
                using Tensor read = tensor.narrow(2, 0, Length);
                using Tensor moved = read.index_select(0, rows);
                read.copy_(moved);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }

    /// <summary>Stores a layer's keys and values, <c>[batch, keyValueHeads, sequence, headSize]</c>, and gives those of all tokens, this pass included.</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        long length = keys.shape[2];
        if (Length + length > Capacity)
        {
            throw new ArgumentException($"{Length + length} tokens exceed the cache's capacity of {Capacity}.", nameof(keys));
        }

        _keys[layer].narrow(2, Length, length).copy_(keys);
        _values[layer].narrow(2, Length, length).copy_(values);
        return (_keys[layer].narrow(2, 0, Length + length), _values[layer].narrow(2, 0, Length + length));
    }

    /// <summary>A layer's keys and values of all tokens read.</summary>
    internal (Tensor Keys, Tensor Values) Read(int layer) => (_keys[layer].narrow(2, 0, Length), _values[layer].narrow(2, 0, Length));

    /// <summary>Counts the tokens that every layer has stored.</summary>
    internal void Advance(int length) => Length += length;
}
