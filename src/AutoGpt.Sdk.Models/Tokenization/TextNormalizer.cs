namespace AutoGpt.Sdk.Models;

/// <summary>The <c>normalizer</c> of tokenizer.json, as far as the families that are read have one. Immutable.</summary>
internal sealed record TextNormalizer
{
    /// <summary>SentencePiece's sign for a space, U+2581.</summary>
    public const char Space = '\u2581';

    /// <summary>Leaves text as it is.</summary>
    public static TextNormalizer None { get; } = new();

    /// <summary>Whether text is put into Unicode's normalization form C (Qwen).</summary>
    public bool Composes { get; init; }

    /// <summary>What is put in front, or nothing (Llama 1 and 2).</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether spaces become <see cref="Space"/>.</summary>
    public bool ReplacesSpaces { get; init; }

    /// <summary>Normalizes.</summary>
    /// <param name="text">Well-formed, not empty.</param>
    public ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text)
    {
        if (Composes)
        {
            text = CanonicalComposition.Compose(text);
        }

        if (Prefix.Length == 0 && !ReplacesSpaces)
        {
            return text;
        }

        char[] result = [.. Prefix, .. text];
        if (ReplacesSpaces)
        {
            result.AsSpan().Replace(' ', Space);
        }

        return result;
    }
}
