using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Attention of heads (Vaswani et al. 2017, section 3.2.1). Written out instead of scaled_dot_product_attention, whose backward pass on the CPU is slower.
/// </summary>
internal static class ScaledDotProduct
{
    /// <summary>softmax(queries · keysᵀ / √size + mask) · values.</summary>
    /// <param name="queries"><c>[batch, heads, length, size]</c>.</param>
    /// <param name="keys"><c>[batch, shared, total, size]</c>; <c>shared</c> divides <c>heads</c>.</param>
    /// <param name="values">Like the keys.</param>
    /// <param name="mask">What is added to the scores: anything that broadcasts to <c>[batch · shared, groups · length, total]</c>; null where all is seen.</param>
    /// <param name="dropout">Share of weights that is dropped.</param>
    /// <returns><c>[batch, length, heads · size]</c>.</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? mask, double dropout)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long heads, long length, long size) = (queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]);
        long shared = keys.shape[1];
        long total = keys.shape[2];

        // The query heads of a group are more rows against the same keys: [batch · shared, groups · length, size].
        queries = queries.reshape(batch * shared, heads / shared * length, size);
        keys = keys.reshape(batch * shared, total, size);
        values = values.reshape(batch * shared, total, size);
        float scale = 1 / MathF.Sqrt(size);

        // mask + scale · queries · keysᵀ in one pass. TorchSharp 0.107 passes these operands on in another order than its signature says:
        // the receiver and the first argument are the factors, the second is the summand.
        Tensor scores = mask is null // [batch · shared, groups · length, total]
            ? queries.Times(scale).bmm(keys.transpose(1, 2))
            : queries.baddbmm(keys.transpose(1, 2), mask, beta: 1, alpha: scale);
        Tensor weights = functional.dropout(scores.softmax(-1), dropout, training: dropout > 0);
        return weights.bmm(values).view(batch, heads, length, size).transpose(1, 2).reshape(batch, length, heads * size).MoveToOuterDisposeScope();
    }
}
