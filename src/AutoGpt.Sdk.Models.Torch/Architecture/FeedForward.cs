using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>down(gelu(up(x))) or down(silu(gate(x)) · up(x)): <c>[batch, sequence, width]</c> to the same.</summary>
internal sealed class FeedForward : Module<Tensor, Tensor>
{
    private readonly Linear? _gate;
    private readonly Linear _up;
    private readonly Linear _down;

    public FeedForward(TransformerConfig config)
        : base(nameof(FeedForward))
    {
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

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor up = Projection.Apply(input, _up.weight!, _up.bias); // [batch, sequence, inner]
        Tensor inner = _gate is null
            ? functional.gelu(up, TorchSharp.Modules.GELU.Approximate.tanh)
            : functional.silu(Projection.Apply(input, _gate.weight!, _gate.bias)) * up;
        return Projection.Apply(inner, _down.weight!, _down.bias).MoveToOuterDisposeScope();
    }
}
