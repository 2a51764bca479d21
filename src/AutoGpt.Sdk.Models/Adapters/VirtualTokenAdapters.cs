namespace AutoGpt.Sdk.Models;

/// <summary>Prefix tuning (Li and Liang 2021): learned keys and values in every layer, which all tokens of a text see before it.</summary>
public sealed class PrefixAdapter : ModelAdapter
{
    private readonly float[] _keyValues;

    /// <summary>Creates an adapter.</summary>
    /// <param name="tokens">Positions, at least 1.</param>
    /// <param name="layers">Layers of the network.</param>
    /// <param name="heads">Key and value heads of a layer.</param>
    /// <param name="headSize">Elements of a head.</param>
    /// <param name="keyValues"><c>[tokens, layers, 2, heads, headSize]</c>: keys, then values, as the cache has them – rotated, where positions are rotary. Not copied.</param>
    /// <exception cref="ArgumentException">A size is wrong.</exception>
    public PrefixAdapter(int tokens, int layers, int heads, int headSize, float[] keyValues)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentNullException.ThrowIfNull(keyValues);
        if (layers < 1 || heads < 1 || headSize < 1 || (long)tokens * layers * 2 * heads * headSize != keyValues.Length)
        {
            throw new ArgumentException($"{keyValues.Length} numbers are no [{tokens}, {layers}, 2, {heads}, {headSize}].", nameof(keyValues));
        }

        (VirtualTokens, Layers, Heads, HeadSize, _keyValues) = (tokens, layers, heads, headSize, keyValues);
    }

    /// <inheritdoc/>
    public override int VirtualTokens { get; }

    /// <summary>Layers of the network.</summary>
    public int Layers { get; }

    /// <summary>Key and value heads of a layer.</summary>
    public int Heads { get; }

    /// <summary>Elements of a head.</summary>
    public int HeadSize { get; }

    /// <summary><c>[VirtualTokens, Layers, 2, Heads, HeadSize]</c>: keys, then values.</summary>
    public ReadOnlyMemory<float> KeyValues => _keyValues;

    /// <summary>A position's keys, <c>[Heads, HeadSize]</c>.</summary>
    internal ReadOnlySpan<float> Keys(int token, int layer) => Part(token, layer, 0);

    /// <summary>A position's values, <c>[Heads, HeadSize]</c>.</summary>
    internal ReadOnlySpan<float> Values(int token, int layer) => Part(token, layer, 1);

    private protected override void RequireFit(TransformerConfig shape)
    {
        if (Layers != shape.Layers || Heads != shape.KeyValueHeads || HeadSize != shape.HeadSize)
        {
            throw Misfit($"its prefix is for {Layers} layers of {Heads} key-value heads of {HeadSize}, this one has {shape.Layers} of {shape.KeyValueHeads} of {shape.HeadSize}");
        }

        if (VirtualTokens > shape.ContextLength - 2)
        {
            throw Misfit($"its prefix of {VirtualTokens} tokens leaves no room for a text in the context of {shape.ContextLength}");
        }
    }

    private ReadOnlySpan<float> Part(int token, int layer, int kind)
    {
        int width = Heads * HeadSize;
        return _keyValues.AsSpan(((((token * Layers) + layer) * 2) + kind) * width, width);
    }
}

/// <summary>Prompt tuning (Lester et al. 2021): learned embeddings before a text's own.</summary>
public sealed class PromptAdapter : ModelAdapter
{
    private readonly float[] _embeddings;

    /// <summary>Creates an adapter.</summary>
    /// <param name="tokens">Positions, at least 1.</param>
    /// <param name="embeddings"><c>[tokens, width]</c>. Not copied.</param>
    /// <exception cref="ArgumentException">A size is wrong.</exception>
    public PromptAdapter(int tokens, float[] embeddings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Length == 0 || embeddings.Length % tokens != 0)
        {
            throw new ArgumentException($"{embeddings.Length} numbers are no {tokens} rows.", nameof(embeddings));
        }

        (VirtualTokens, _embeddings) = (tokens, embeddings);
    }

    /// <inheritdoc/>
    public override int VirtualTokens { get; }

    /// <summary>Elements of an embedding.</summary>
    public int Width => _embeddings.Length / VirtualTokens;

    /// <summary><c>[VirtualTokens, Width]</c>.</summary>
    public ReadOnlyMemory<float> Embeddings => _embeddings;

    private protected override void RequireFit(TransformerConfig shape)
    {
        if (Width != shape.Width)
        {
            throw Misfit($"its prompt is {Width} wide, this one {shape.Width}");
        }

        if (VirtualTokens > shape.ContextLength - 2)
        {
            throw Misfit($"its prompt of {VirtualTokens} tokens leaves no room for a text in the context of {shape.ContextLength}");
        }
    }
}
