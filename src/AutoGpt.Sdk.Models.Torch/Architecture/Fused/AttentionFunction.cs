using AutoGpt.Sdk.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

internal sealed class AttentionFunction : FusedFunction<AttentionFunction>
{
    public static Tensor Run(Tensor projected, Tensor? queryNorm, Tensor? keyNorm, Rotation? rotation, TransformerConfig config, double dropout)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = projected.contiguous();
        AttentionPassShape shape = new()
        {
            Batch = (int)input.shape[0], Length = (int)input.shape[1], Heads = config.Heads, SharedHeads = config.KeyValueHeads, HeadSize = config.HeadSize, Window = config.SlidingWindow,
            NormEpsilon = queryNorm is null ? null : config.NormalizationEpsilon, Dropout = (float)dropout, Seed = dropout > 0 ? NextSeed() : 0,
        };
        Tensor mixed = Fused.HasGradient(input, queryNorm, keyNorm)
            ? apply(shape, input, queryNorm!, keyNorm!, rotation?.Cosines!, rotation?.Sines!)
            : Forward(shape, input, queryNorm, keyNorm, rotation?.Cosines, rotation?.Sines).Mixed;
        return mixed.MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var shape = (AttentionPassShape)vars[0];
        (Tensor projected, Tensor? queryNorm, Tensor? keyNorm) = ((Tensor)vars[1], (Tensor?)vars[2], (Tensor?)vars[3]);
        (Tensor? cosines, Tensor? sines) = ((Tensor?)vars[4], (Tensor?)vars[5]);
        (Tensor mixed, Tensor logSums) = Forward(shape, projected, queryNorm, keyNorm, cosines, sines);

        // What is kept must not be disposed here: TorchSharp takes it after this has returned. A view of the result, for the result itself would hold the node that holds it.
        ctx.save_data(nameof(AttentionPassShape), shape);
        ctx.save_for_backward([projected, queryNorm!, keyNorm!, cosines!, sines!, mixed.detach(), logSums]);
        return mixed;
    }

    protected override IEnumerable<Tensor?> Gradients(autograd.AutogradContext context, List<Tensor?> saved, Tensor gradient)
    {
        var shape = (AttentionPassShape)context.get_data(nameof(AttentionPassShape));
        (Tensor projected, Tensor? queryNorm, Tensor? keyNorm, Tensor? cosines, Tensor? sines, Tensor mixed, Tensor logSums) = (saved[0]!, saved[1], saved[2], saved[3], saved[4], saved[5]!, saved[6]!);
        Tensor outer = gradient.contiguous();
        Tensor projectedGradient = empty_like(projected);
        int size = queryNorm is null ? 0 : shape.HeadSize;
        float[] parts = new float[shape.Items * 2 * size];
        AttentionPass pass = new(shape);
        TorchThreads.For(shape.Items, item => pass.Backward(
            item, TensorSpan.Of(projected), TensorSpan.OfAny(queryNorm), TensorSpan.OfAny(keyNorm), TensorSpan.OfAny(cosines), TensorSpan.OfAny(sines), TensorSpan.Of(mixed), TensorSpan.Of(logSums),
            TensorSpan.Of(outer), TensorSpan.Of(projectedGradient), parts.AsSpan(item * 2 * size, size), parts.AsSpan(((item * 2) + 1) * size, size)));
        return queryNorm is null
            ? [null, projectedGradient, null, null, null, null]
            : [null, projectedGradient, Fused.Sum(parts, 0, 2 * size, size), Fused.Sum(parts, size, 2 * size, size), null, null];
    }

    private static (Tensor Mixed, Tensor LogSums) Forward(AttentionPassShape shape, Tensor projected, Tensor? queryNorm, Tensor? keyNorm, Tensor? cosines, Tensor? sines)
    {
        Tensor mixed = empty(shape.Batch, shape.Length, shape.Heads * shape.HeadSize);
        Tensor logSums = empty(shape.Batch, shape.Heads, shape.Length);
        AttentionPass pass = new(shape);
        TorchThreads.For(shape.Items, item => pass.Forward(
            item, TensorSpan.Of(projected), TensorSpan.OfAny(queryNorm), TensorSpan.OfAny(keyNorm), TensorSpan.OfAny(cosines), TensorSpan.OfAny(sines), TensorSpan.Of(mixed), TensorSpan.Of(logSums)));
        return (mixed, logSums);
    }

    // From libtorch's generator, so that what sets its seed or its state sets this, too.
    private static uint NextSeed()
    {
        using Tensor drawn = randint(int.MaxValue, [1], dtype: ScalarType.Int64);
        return (uint)drawn.item<long>();
    }
}
