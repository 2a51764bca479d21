using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>What a forward pass shares between its layers.</summary>
/// <param name="Past">Positions before these.</param>
/// <param name="Length">Positions in this pass.</param>
/// <param name="ComputeType">The type of the matrix products.</param>
/// <param name="Cache">Keys and values of the past, or null.</param>
/// <param name="Rotation">Rotary tables of these positions, or null.</param>
/// <param name="Mask">What is added to the scores, <c>[1, groups · sequence, past + sequence]</c>; null for a single new token, which sees every key it is given.</param>
/// <param name="Adapter">What changes linear layers and, without a cache, gives keys and values of the past; or null.</param>
/// <param name="Source">What cross-attention reads, in an encoder–decoder; or null.</param>
/// <param name="IsCausal">Whether the mask is that of positions before and here, and nothing else.</param>
internal sealed record AttentionContext(
    int Past, int Length, ScalarType ComputeType, KeyValueCache? Cache, Rotation? Rotation, Tensor? Mask, NetworkAdapter? Adapter = null, EncodedSource? Source = null, bool IsCausal = false)
{
    /// <summary>A linear layer's output with the adapter's update.</summary>
    public Tensor Adapt(Tensor output, Tensor input, int layer, string module) => Adapter?.Adapt(output, input, layer, module) ?? output;

    /// <summary>Its tensors, which a pass that is computed once more has to keep.</summary>
    public IReadOnlyList<Tensor?> Tensors => [Mask, Rotation?.Cosines, Rotation?.Sines, Source?.Memory, Source?.Mask];

    /// <summary>The same with <see cref="Tensors"/> that were kept.</summary>
    public AttentionContext With(IReadOnlyList<Tensor?> tensors) => this with
    {
        Mask = tensors[0],
        Rotation = tensors[1] is Tensor cosines ? new Rotation(cosines, tensors[2]!) : null,
        Source = tensors[3] is Tensor memory ? EncodedSource.Over(memory, tensors[4]) : null,
    };
}

/// <summary>
/// Self-attention: multi-head, or grouped-query attention (Ainslie et al. 2023) where fewer key and value heads serve groups of query heads. The mask says who sees whom.
/// </summary>
internal sealed class SelfAttention : AttentionLayer
{
    private readonly TransformerConfig _config;
    private readonly int _layer;
    private readonly double _dropout;
    private readonly Normalizer? _queryNorm;
    private readonly Normalizer? _keyNorm;

    public SelfAttention(TransformerConfig config, int layer, double dropout)
        : base(nameof(SelfAttention), config)
    {
        _config = config;
        _layer = layer;
        _dropout = dropout;
        if (config.QueryKeyNorm)
        {
            _queryNorm = Normalizer.OfHead(config);
            _keyNorm = Normalizer.OfHead(config);
            register_module("q_norm", _queryNorm);
            register_module("k_norm", _keyNorm);
        }
    }

    /// <summary><c>[batch, sequence, width]</c> to the same, in the context's compute type.</summary>
    public Tensor Forward(Tensor x, AttentionContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = x.shape[0];
        int length = context.Length;
        int heads = _config.Heads;
        int shared = _config.KeyValueHeads;
        int groups = heads / shared;
        int size = _config.HeadSize;

        // One product for queries, keys and values: [batch, heads + 2·shared, sequence, size].
        Tensor projected = context.Adapt(Projection.Apply(x, [Query, Key, Value]), x, _layer, TensorNames.Query);
        if (context.IsCausal && context.Past == 0 && context.Cache is null && Fused.Suits(projected))
        {
            return Project(Fused.Attention(projected, _queryNorm?.Weight, _keyNorm?.Weight, context.Rotation, _config, training ? _dropout : 0), context).MoveToOuterDisposeScope();
        }

        projected = projected.view(batch, length, heads + (2 * shared), size).transpose(1, 2);
        Tensor rotated = projected.narrow(1, 0, heads + shared);
        if (_queryNorm is not null && _keyNorm is not null)
        {
            Tensor single = rotated.to(ScalarType.Float32);
            rotated = cat([_queryNorm.forward(single.narrow(1, 0, heads)), _keyNorm.forward(single.narrow(1, heads, shared))], 1).to(x.dtype);
        }

        rotated = context.Rotation?.Apply(rotated) ?? rotated;
        Tensor queries = rotated.narrow(1, 0, heads);
        Tensor keys = rotated.narrow(1, heads, shared);
        Tensor values = projected.narrow(1, heads + shared, shared);
        if (context.Cache is not null)
        {
            (keys, values) = context.Cache.Append(_layer, keys, values); // [batch, shared, past + sequence, size]
        }
        else if (context.Adapter?.KeyValues(_layer) is (Tensor earlierKeys, Tensor earlierValues))
        {
            keys = cat([earlierKeys.to(keys.dtype).expand(batch, -1, -1, -1), keys], 2);
            values = cat([earlierValues.to(values.dtype).expand(batch, -1, -1, -1), values], 2);
        }

        if (length == 1 && _config.SlidingWindow is int window && window < keys.shape[2])
        {
            keys = keys.narrow(2, keys.shape[2] - window, window);
            values = values.narrow(2, values.shape[2] - window, window);
        }

        return Project(ScaledDotProduct.Attend(queries, keys, values, context.Mask, training ? _dropout : 0), context).MoveToOuterDisposeScope();
    }

    private Tensor Project(Tensor attended, AttentionContext context) =>
        context.Adapt(Projection.Apply(attended, Output.weight!, Output.bias), attended, _layer, TensorNames.Output);
}
