using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Causal attention of one position over the keys and values before it, with grouped heads.</summary>
public static class CachedAttention
{
    /// <summary><c>output[h] = softmax(query[h] · keys[h'] / √headSize) · values[h']</c>, where h' is the key-value head of h's group.</summary>
    /// <param name="query"><c>[heads, headSize]</c>.</param>
    /// <param name="keys"><c>[length, keyValueHeads, headSize]</c>, the position's own key last.</param>
    /// <param name="values"><c>[length, keyValueHeads, headSize]</c>.</param>
    /// <param name="shape">The numbers above.</param>
    /// <param name="scores">Overwritten, at least <c>[length]</c>.</param>
    /// <param name="output">Receives <c>[heads, headSize]</c>.</param>
    public static void Apply(
        ReadOnlySpan<float> query, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, AttentionShape shape, Span<float> scores, Span<float> output)
    {
        int group = shape.Heads / shape.KeyValueHeads;
        int stride = shape.KeyValueHeads * shape.HeadSize;
        int length = keys.Length / stride;
        scores = scores[..length];
        float scale = 1 / MathF.Sqrt(shape.HeadSize);
        for (int head = 0; head < shape.Heads; head++)
        {
            int offset = head / group * shape.HeadSize;
            ReadOnlySpan<float> own = query.Slice(head * shape.HeadSize, shape.HeadSize);
            for (int position = 0; position < length; position++)
            {
                scores[position] = TensorPrimitives.Dot(own, keys.Slice((position * stride) + offset, shape.HeadSize)) * scale;
            }

            TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
            TensorPrimitives.Exp<float>(scores, scores);
            TensorPrimitives.Multiply(scores, 1 / TensorPrimitives.Sum<float>(scores), scores);
            Span<float> mixed = output.Slice(head * shape.HeadSize, shape.HeadSize);
            mixed.Clear();
            for (int position = 0; position < length; position++)
            {
                TensorPrimitives.MultiplyAdd(values.Slice((position * stride) + offset, shape.HeadSize), scores[position], mixed, mixed);
            }
        }
    }
}

/// <summary>The heads of an attention layer.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="HeadSize">Elements of a head.</param>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadSize);
