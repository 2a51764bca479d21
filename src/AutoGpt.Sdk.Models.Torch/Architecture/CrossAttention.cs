using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Attention of a decoder's tokens over an encoder's (Vaswani et al. 2017, section 3.2.3). Positions enter neither queries nor keys: the encoder's output has them already.</summary>
internal sealed class CrossAttention : Module
{
    private readonly TransformerConfig _config;
    private readonly int _layer;
    private readonly double _dropout;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;

    public CrossAttention(TransformerConfig config, int layer, double dropout)
        : base(nameof(CrossAttention))
    {
        (_config, _layer, _dropout) = (config, layer, dropout);
        _query = Linear(config.Width, config.Heads * config.HeadSize, config.QueryKeyValueBias);
        _key = Linear(config.Width, config.KeyValueHeads * config.HeadSize, config.QueryKeyValueBias);
        _value = Linear(config.Width, config.KeyValueHeads * config.HeadSize, config.QueryKeyValueBias);
        _output = Linear(config.Heads * config.HeadSize, config.Width, config.Bias);
        register_module("q_proj", _query);
        register_module("k_proj", _key);
        register_module("v_proj", _value);
        register_module("o_proj", _output);
    }

    /// <summary><c>[batch, sequence, width]</c> to the same, in the context's compute type.</summary>
    public Tensor Forward(Tensor x, AttentionContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        EncodedSource source = context.Source!;
        (Tensor keys, Tensor values) = source.KeyValues(_layer, KeyValues);
        Tensor queries = Heads(Projection.Apply(x, _query.weight!, _query.bias), _config.Heads);
        Tensor attended = ScaledDotProduct.Attend(queries, keys, values, source.Mask, training ? _dropout : 0);
        return Projection.Apply(attended, _output.weight!, _output.bias).MoveToOuterDisposeScope();
    }

    private (Tensor Keys, Tensor Values) KeyValues(Tensor memory)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor both = Projection.Apply(memory, [_key, _value]); // [batch, source, 2 · shared · size]
        Tensor heads = Heads(both, 2 * _config.KeyValueHeads);
        return (heads.narrow(1, 0, _config.KeyValueHeads).MoveToOuterDisposeScope(), heads.narrow(1, _config.KeyValueHeads, _config.KeyValueHeads).MoveToOuterDisposeScope());
    }

    private Tensor Heads(Tensor projected, int heads) => projected.view(projected.shape[0], projected.shape[1], heads, _config.HeadSize).transpose(1, 2);
}
