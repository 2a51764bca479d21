using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// The network: a decoder-only transformer with normalisation before each sub-layer (GPT-2, Llama). This is the readable definition that trains and
/// that the fast decoders are held to. Not thread-safe.
/// </summary>
public sealed class CausalTransformer : TransformerTrunk
{
    private NetworkAdapter? _adapter;

    /// <summary>Creates a network with nanoGPT's initial weights, in training mode.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="options">Dropout, seed and arithmetic. Default: none, 0 and single precision.</param>
    /// <exception cref="ArgumentException">The shape is impossible, an option out of range or the device's name unknown.</exception>
    /// <exception cref="LibTorchException">libtorch does not load.</exception>
    /// <exception cref="NotSupportedException">The device is a GPU that this libtorch cannot use.</exception>
    public CausalTransformer(TransformerConfig config, TransformerOptions? options = null)
        : base(nameof(CausalTransformer), config, options)
    {
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
        Tensor x = Stack.Embedding.forward(ids); // [batch, sequence, width]
        if (cache is not null || _adapter?.Embeddings is not Tensor prompt)
        {
            return Stack.Forward(x, cache, _adapter, ComputeType, cancellationToken).MoveToOuterDisposeScope();
        }

        x = cat([prompt.unsqueeze(0).expand(x.shape[0], -1, -1), x], 1);
        return Stack.Forward(x, null, _adapter, ComputeType, cancellationToken).narrow(1, past, ids.shape[1]).MoveToOuterDisposeScope();
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
            Stack.Forward(prompt.unsqueeze(0).expand(cache.Batch, -1, -1), cache, _adapter, ComputeType, cancellationToken);
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

    /// <inheritdoc />
    /// <remarks>The vector of a row's last token, which has seen all the others.</remarks>
    public override Tensor Pool(Tensor ids, Tensor lengths)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(lengths);
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Hidden(ids); // [batch, sequence, width]
        (long rows, long width) = (ids.shape[0], ids.shape[1]);
        Tensor last = arange(-1, (rows * width) - 1, width, dtype: ScalarType.Int64, device: ids.device).Plus(lengths);
        return hidden.reshape(-1, Config.Width).index_select(0, last).MoveToOuterDisposeScope();
    }

    /// <summary>An empty cache that fits this network.</summary>
    /// <param name="capacity">Tokens it must hold, from 1 to the context length.</param>
    /// <param name="batch">Sequences, read in step. Default 1.</param>
    public KeyValueCache CreateCache(int capacity, int batch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.ContextLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        return new KeyValueCache(Config, capacity, batch, ComputeType, Stack.Embedding.weight!.device);
    }
}
