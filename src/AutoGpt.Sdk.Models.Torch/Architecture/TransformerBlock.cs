using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>x + attention(norm(x)), in the decoder of an encoder–decoder x + crossAttention(norm(x)), then x + feedForward(norm(x)).</summary>
internal sealed class TransformerBlock : Module
{
    private readonly Normalizer _attentionNorm;
    private readonly SelfAttention _attention;
    private readonly Normalizer? _crossNorm;
    private readonly CrossAttention? _cross;
    private readonly Normalizer _feedForwardNorm;
    private readonly FeedForward _feedForward;
    private readonly double _dropout;

    public TransformerBlock(TransformerConfig config, int layer, double dropout, bool cross)
        : base(nameof(TransformerBlock))
    {
        _dropout = dropout;
        _attentionNorm = new Normalizer(config);
        _attention = new SelfAttention(config, layer, dropout);
        _feedForwardNorm = new Normalizer(config);
        _feedForward = new FeedForward(config, layer);
        register_module(TensorNames.AttentionNorm, _attentionNorm);
        register_module("self_attn", _attention);
        register_module(TensorNames.FeedForwardNorm, _feedForwardNorm);
        register_module("mlp", _feedForward);
        if (cross)
        {
            _crossNorm = new Normalizer(config);
            _cross = new CrossAttention(config, layer, dropout);
            register_module("cross_attention_layernorm", _crossNorm);
            register_module("cross_attn", _cross);
        }
    }

    /// <summary>As <see cref="Forward"/>, but keeps nothing for the backward pass except what goes in.</summary>
    public Tensor ForwardRecomputed(Tensor x, AttentionContext context)
    {
        bool isRandom = (training && _dropout > 0) || context.Adapter is { training: true, Dropout: > 0 };
        return Recomputation.Run(kept => Forward(kept[0]!, context.With([.. kept.Skip(1)])), [x, .. context.Tensors], parameters().Concat(context.Adapter?.parameters() ?? []), isRandom);
    }

    public Tensor Forward(Tensor x, AttentionContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = _attention.Forward(_attentionNorm.forward(x).to(context.ComputeType), context);
        x = x.Plus(functional.dropout(attended, _dropout, training));
        if (_cross is not null)
        {
            Tensor read = _cross.Forward(_crossNorm!.forward(x).to(context.ComputeType), context);
            x = x.Plus(functional.dropout(read, _dropout, training));
        }

        Tensor transformed = _feedForward.Forward(_feedForwardNorm.forward(x).to(context.ComputeType), context);
        return x.Plus(functional.dropout(transformed, _dropout, training)).MoveToOuterDisposeScope();
    }
}
