namespace AutoGpt.Sdk;

/// <summary>
/// A model in this process: what only it can do – tokens, logits, scoring, masks, forks and rewinds. Thread-safe; its contexts
/// are not.
/// </summary>
public interface ITokenModel : ILanguageModel
{
    /// <summary>The model's tokenizer.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>Opens an empty text position.</summary>
    /// <param name="options">How much it must hold, and with which adapter. Default: the model's context length, none.</param>
    /// <exception cref="NotSupportedException">An adapter was asked for, and the model has none at all.</exception>
    /// <exception cref="ArgumentException">There is no adapter of that name, or the capacity is out of its range.</exception>
    ITokenContext CreateContext(ContextOptions? options = null);
}

/// <summary>What a context must be able to do.</summary>
public sealed record ContextOptions
{
    /// <summary>Tokens the context must hold. Default: the model's context length, less the virtual tokens of the adapter.</summary>
    public int? Capacity { get; init; }

    /// <summary>The adapter that all of the context's tokens are read with, by name. Default: none. See <see cref="GenerationOptions.Adapter"/>.</summary>
    public string? Adapter { get; init; }
}

/// <summary>A position in a text the model has read, with its key-value cache. Used by one thread at a time.</summary>
public interface ITokenContext : IDisposable
{
    /// <summary>Tokens read so far.</summary>
    int Length { get; }

    /// <summary>Tokens the context can hold.</summary>
    int Capacity { get; }

    /// <summary>Reads more tokens.</summary>
    /// <param name="ids">The tokens, at least one.</param>
    /// <param name="wanted">Which logits to return.</param>
    /// <param name="cancellationToken">Cancels; the context then is as it was before the call.</param>
    /// <returns>Rented logits, valid until the next call on this context.</returns>
    /// <exception cref="AutoGptException">The context would grow past its capacity, or there never is memory for so much.</exception>
    /// <exception cref="InvalidOperationException">Another call of this context is under way.</exception>
    ValueTask<Logits> AppendAsync(
        ReadOnlyMemory<int> ids, LogitsWanted wanted = LogitsWanted.Last, CancellationToken cancellationToken = default);

    /// <summary>A second context at the same position; the two then go their own ways.</summary>
    ITokenContext Fork();

    /// <summary>Forgets the last tokens.</summary>
    /// <param name="length">Tokens to keep, from 0 to <see cref="Length"/>.</param>
    void Rewind(int length);
}

/// <summary>Which logits an append returns.</summary>
public enum LogitsWanted
{
    /// <summary>None: the tokens are only read.</summary>
    None,

    /// <summary>Those after the last token.</summary>
    Last,

    /// <summary>Those after every token.</summary>
    All,
}

/// <summary>Unnormalised log-probabilities of the next token, <c>[Rows, VocabularySize]</c>.</summary>
/// <param name="Values">The values, row by row.</param>
/// <param name="VocabularySize">Values per row.</param>
public readonly record struct Logits(ReadOnlyMemory<float> Values, int VocabularySize)
{
    /// <summary>Number of rows: one per token that was asked for.</summary>
    public int Rows => VocabularySize == 0 ? 0 : Values.Length / VocabularySize;

    /// <summary>One row, <c>[VocabularySize]</c>.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> − 1.</param>
    public ReadOnlySpan<float> Row(int row) => Values.Span.Slice(row * VocabularySize, VocabularySize);
}
