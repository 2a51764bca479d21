using AutoGpt.Sdk.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

internal sealed class RmsNormFunction : FusedFunction<RmsNormFunction>
{
    public static Tensor Run(Tensor x, Tensor weight, float epsilon)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = x.contiguous();
        return (Fused.HasGradient(x, weight) ? apply(rows, weight, epsilon) : Normalize(rows, weight, epsilon).Output).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor x, Tensor weight) = ((Tensor)vars[0], (Tensor)vars[1]);
        (Tensor output, Tensor scales) = Normalize(x, weight, (float)vars[2]);
        ctx.save_for_backward([x, weight, scales]);
        return output;
    }

    protected override IEnumerable<Tensor?> Gradients(autograd.AutogradContext context, List<Tensor?> saved, Tensor gradient)
    {
        (Tensor x, Tensor weight, Tensor scales) = (saved[0]!, saved[1]!, saved[2]!);
        Tensor outer = gradient.contiguous();
        Tensor xGradient = empty_like(x);
        (int rows, int width) = ((int)scales.numel(), (int)weight.numel());

        float[] parts = new float[Fused.Chunks(rows, width).Count * width];
        Fused.ForRows(rows, width, (chunk, first, count) =>
        {
            Range numbers = (first * width)..((first + count) * width);
            RmsNorm.Gradient(
                TensorSpan.Of(x)[numbers], TensorSpan.Of(weight), TensorSpan.Of(scales).Slice(first, count), TensorSpan.Of(outer)[numbers], TensorSpan.Of(xGradient)[numbers],
                parts.AsSpan(chunk * width, width));
        });
        return [xGradient, Fused.Sum(parts, 0, width, width), null];
    }

    private static (Tensor Output, Tensor Scales) Normalize(Tensor x, Tensor weight, float epsilon)
    {
        Tensor output = empty_like(x);
        int width = (int)weight.numel();
        Tensor scales = empty(x.numel() / width);
        Fused.ForRows((int)scales.numel(), width, (_, first, count) =>
        {
            Range numbers = (first * width)..((first + count) * width);
            RmsNorm.ApplyToRows(TensorSpan.Of(x)[numbers], TensorSpan.Of(weight), epsilon, TensorSpan.Of(output)[numbers], TensorSpan.Of(scales).Slice(first, count));
        });
        return (output, scales);
    }
}
