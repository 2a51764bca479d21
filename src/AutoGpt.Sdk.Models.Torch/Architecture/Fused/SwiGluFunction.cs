using AutoGpt.Sdk.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

internal sealed class SwiGluFunction : FusedFunction<SwiGluFunction>
{
    public static Tensor Run(Tensor gate, Tensor up)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor gates, Tensor ups) = (gate.contiguous(), up.contiguous());
        return (Fused.HasGradient(gate, up) ? apply(gates, ups) : Forward(gates, ups)).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor gate, Tensor up) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([gate, up]);
        return Forward(gate, up);
    }

    protected override IEnumerable<Tensor?> Gradients(autograd.AutogradContext context, List<Tensor?> saved, Tensor gradient)
    {
        (Tensor gate, Tensor up, Tensor outer) = (saved[0]!, saved[1]!, gradient.contiguous());
        (Tensor gateGradient, Tensor upGradient) = (empty_like(gate), empty_like(up));
        Fused.ForRows((int)gate.numel(), 1, (_, first, count) => SwiGlu.Gradient(
            TensorSpan.Of(gate).Slice(first, count), TensorSpan.Of(up).Slice(first, count), TensorSpan.Of(outer).Slice(first, count),
            TensorSpan.Of(gateGradient).Slice(first, count), TensorSpan.Of(upGradient).Slice(first, count)));
        return [gateGradient, upGradient];
    }

    private static Tensor Forward(Tensor gate, Tensor up)
    {
        Tensor output = empty_like(gate);
        Fused.ForRows((int)gate.numel(), 1, (_, first, count) =>
            SwiGlu.Apply(TensorSpan.Of(gate).Slice(first, count), TensorSpan.Of(up).Slice(first, count), TensorSpan.Of(output).Slice(first, count)));
        return output;
    }
}
