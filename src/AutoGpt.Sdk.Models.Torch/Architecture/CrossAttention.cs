using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Attention of a decoder's tokens over an encoder's (Vaswani et al. 2017, section 3.2.3). Positions enter neither queries nor keys: the encoder's output has them already.</summary>
internal sealed class CrossAttention : AttentionLayer
{
    private readonly TransformerConfig _config;
    private readonly int _layer;
    private readonly double _dropout;

    public CrossAttention(TransformerConfig config, int layer, double dropout)
        : base(nameof(CrossAttention), config)
    {
        (_config, _layer, _dropout) = (config, layer, dropout);
    }

    /// <summary><c>[batch, sequence, width]</c> to the same, in the context's compute type.</summary>
    public Tensor Forward(Tensor x, AttentionContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        EncodedSource source = context.Source!;
        (Tensor keys, Tensor values) = source.KeyValues(_layer, KeyValues);
        Tensor queries = Heads(Projection.Apply(x, Query.weight!, Query.bias), _config.Heads);
        Tensor attended = ScaledDotProduct.Attend(queries, keys, values, source.Mask, training ? _dropout : 0);
        return Projection.Apply(attended, Output.weight!, Output.bias).MoveToOuterDisposeScope();
    }

    private (Tensor Keys, Tensor Values) KeyValues(Tensor memory)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor both = Projection.Apply(memory, [Key, Value]); // [batch, source, 2 · shared · size]
        Tensor heads = Heads(both, 2 * _config.KeyValueHeads);
        return (heads.narrow(1, 0, _config.KeyValueHeads).MoveToOuterDisposeScope(), heads.narrow(1, _config.KeyValueHeads, _config.KeyValueHeads).MoveToOuterDisposeScope());
    }

    private Tensor Heads(Tensor projected, int heads) => projected.view(projected.shape[0], projected.shape[1], heads, _config.HeadSize).transpose(1, 2);
}
