namespace AutoGpt.Sdk.Models;

/// <summary>
/// The fast or the readable body of a network: ids in, logits out. It owns the weights and the storage of keys and values.
/// Synchronous and not thread-safe: one caller at a time, which is the model's scheduler.
/// </summary>
public interface ILogitsBackend : IDisposable
{
    /// <summary>A short name: <c>simd</c>, <c>torch</c>, <c>cuda</c>.</summary>
    string Name { get; }

    /// <summary>The shape of the network.</summary>
    TransformerConfig Config { get; }

    /// <summary>Opens an empty sequence.</summary>
    /// <param name="capacity">Tokens it must hold, from 1 to the model's context length.</param>
    IBackendSequence CreateSequence(int capacity);
}

/// <summary>One sequence's keys and values in a backend.</summary>
public interface IBackendSequence : IDisposable
{
    /// <summary>Tokens read so far.</summary>
    int Length { get; }

    /// <summary>Tokens it can hold.</summary>
    int Capacity { get; }

    /// <summary>
    /// Reads <paramref name="ids"/> at positions <see cref="Length"/>, <see cref="Length"/> + 1, … and writes logits. A row's values
    /// do not depend on how a text is cut into calls.
    /// </summary>
    /// <param name="ids">The tokens, at least one, each inside the vocabulary.</param>
    /// <param name="wanted">Which rows to compute.</param>
    /// <param name="logits">Receives <c>[rows, vocabulary]</c>: no row, one, or one per id.</param>
    /// <param name="cancellationToken">Checked between layers; a cancelled call leaves <see cref="Length"/> as it was.</param>
    /// <exception cref="ArgumentException">Ids out of range, past the capacity, or a span of the wrong size.</exception>
    void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default);

    /// <summary>A second sequence that starts with the same tokens.</summary>
    IBackendSequence Fork();

    /// <summary>Forgets the last tokens.</summary>
    /// <param name="length">Tokens to keep, from 0 to <see cref="Length"/>.</param>
    void Rewind(int length);
}
