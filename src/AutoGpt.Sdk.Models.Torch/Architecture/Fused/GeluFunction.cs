using AutoGpt.Sdk.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

internal sealed class GeluFunction : FusedFunction<GeluFunction>
{
    public static Tensor Run(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor numbers = x.contiguous();
        return (Fused.HasGradient(x) ? apply(numbers) : Forward(numbers)).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        return Forward(x);
    }

    protected override IEnumerable<Tensor?> Gradients(autograd.AutogradContext context, List<Tensor?> saved, Tensor gradient)
    {
        (Tensor x, Tensor outer) = (saved[0]!, gradient.contiguous());
        Tensor xGradient = empty_like(x);
        Fused.ForRows((int)x.numel(), 1, (_, first, count) =>
            Gelu.Gradient(TensorSpan.Of(x).Slice(first, count), TensorSpan.Of(outer).Slice(first, count), TensorSpan.Of(xGradient).Slice(first, count)));
        return [xGradient];
    }

    private static Tensor Forward(Tensor x)
    {
        Tensor output = empty_like(x);
        Fused.ForRows((int)x.numel(), 1, (_, first, count) => Gelu.Apply(TensorSpan.Of(x).Slice(first, count), TensorSpan.Of(output).Slice(first, count)));
        return output;
    }
}
