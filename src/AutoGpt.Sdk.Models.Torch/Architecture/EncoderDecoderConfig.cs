namespace AutoGpt.Sdk.Models.Torch;

/// <summary>The shape of an <see cref="EncoderDecoderTransformer"/>: two stacks that are as wide as each other.</summary>
/// <remarks>
/// Rotary positions are relative and enter self-attention alone, so that a decoder which reads an encoder with them knows a source's tokens by their neighbours and not by their place. Where places matter – copying,
/// translating – take <see cref="PositionEncoding.Sinusoidal"/> or <see cref="PositionEncoding.Learned"/>.
/// </remarks>
public sealed record EncoderDecoderConfig
{
    /// <summary>The stack that reads. Its head is not used.</summary>
    public required TransformerConfig Encoder { get; init; }

    /// <summary>The stack that writes.</summary>
    public required TransformerConfig Decoder { get; init; }

    /// <summary>
    /// Whether both use one token embedding, and the decoder's head too where it is tied (Press and Wolf 2017; Vaswani et al. 2017, section 3.4). The vocabularies must then be the same. Default true.
    /// </summary>
    public bool SharedEmbedding { get; init; } = true;

    /// <summary>Throws when the shape is impossible.</summary>
    /// <exception cref="ArgumentException">A number is out of range or the stacks do not fit each other; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Encoder);
        ArgumentNullException.ThrowIfNull(Decoder);
        Encoder.Validate();
        Decoder.Validate();
        if (Encoder.Width != Decoder.Width)
        {
            throw new ArgumentException($"The encoder's Width is {Encoder.Width} and the decoder's {Decoder.Width}; they must be the same.", nameof(Decoder));
        }

        if (SharedEmbedding && Encoder.VocabularySize != Decoder.VocabularySize)
        {
            throw new ArgumentException(
                $"The encoder's VocabularySize is {Encoder.VocabularySize} and the decoder's {Decoder.VocabularySize}; they must be the same, or SharedEmbedding false.", nameof(SharedEmbedding));
        }

        if ((Encoder.SlidingWindow ?? Decoder.SlidingWindow) is int window)
        {
            throw new ArgumentException($"SlidingWindow is {window}; an encoder–decoder has none: it must be null.", nameof(Encoder));
        }
    }
}
