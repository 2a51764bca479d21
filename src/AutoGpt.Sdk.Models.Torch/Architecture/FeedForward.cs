using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>down(gelu(up(x))) or down(silu(gate(x)) · up(x)): <c>[batch, sequence, width]</c> to the same.</summary>
internal sealed class FeedForward : Module
{
    private readonly int _layer;
    private readonly Linear? _gate;
    private readonly Linear _up;
    private readonly Linear _down;

    public FeedForward(TransformerConfig config, int layer)
        : base(nameof(FeedForward))
    {
        _layer = layer;
        if (config.Activation == Activation.SwiGlu)
        {
            _gate = Linear(config.Width, config.FeedForwardWidth, config.Bias);
            register_module("gate_proj", _gate);
        }

        _up = Linear(config.Width, config.FeedForwardWidth, config.Bias);
        _down = Linear(config.FeedForwardWidth, config.Width, config.Bias);
        register_module("up_proj", _up);
        register_module("down_proj", _down);
    }

    public Tensor Forward(Tensor x, AttentionContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor up = Apply(_up, x, TensorNames.Up); // [batch, sequence, inner]
        Tensor inner = Inner(_gate is null ? null : Apply(_gate, x, TensorNames.Gate), up);
        return Apply(_down, inner, TensorNames.Down).MoveToOuterDisposeScope();

        Tensor Apply(Linear linear, Tensor input, string module) => context.Adapt(Projection.Apply(input, linear.weight!, linear.bias), input, _layer, module);
    }

    private static Tensor Inner(Tensor? gate, Tensor up) => (gate, Fused.Suits(up)) switch
    {
        (null, true) => Fused.Gelu(up),
        (null, false) => functional.gelu(up, TorchSharp.Modules.GELU.Approximate.tanh),
        (Tensor gates, true) => Fused.SwiGlu(gates, up),
        (Tensor gates, false) => functional.silu(gates) * up,
    };
}
