namespace AutoGpt.Sdk.Models;

/// <summary>
/// The fast or the readable body of a network: ids in, logits out. It owns the weights and the storage of keys and values.
/// Synchronous: one caller at a time reads, which is the model's scheduler. Meanwhile other threads may open sequences, and fork, rewind or free those that
/// are not being read.
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

    /// <summary>
    /// Reads tokens of several sequences in one pass over the weights. What each sequence gets is what <see cref="IBackendSequence.Append"/> of its own would
    /// have given it. Here: one after another.
    /// </summary>
    /// <param name="steps">At least one step; no sequence twice, all of this backend.</param>
    /// <param name="cancellationToken">Checked between layers; a cancelled call leaves every <see cref="IBackendSequence.Length"/> as it was.</param>
    /// <exception cref="ArgumentException">As for <see cref="IBackendSequence.Append"/>.</exception>
    void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(steps);
        int[] lengths = [.. steps.Select(step => step.Sequence.Length)];
        try
        {
            foreach (SequenceStep step in steps)
            {
                step.Sequence.Append(step.Ids.Span, step.Wanted, step.Logits.Span, cancellationToken);
            }
        }
        catch
        {
            for (int index = 0; index < lengths.Length; index++)
            {
                steps[index].Sequence.Rewind(lengths[index]);
            }

            throw;
        }
    }
}

/// <summary>Tokens for one sequence, and where their logits go.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Ids">The tokens, at least one.</param>
/// <param name="Wanted">Which rows of logits to compute.</param>
/// <param name="Logits">Receives <c>[rows, vocabulary]</c>.</param>
public readonly record struct SequenceStep(IBackendSequence Sequence, ReadOnlyMemory<int> Ids, LogitsWanted Wanted, Memory<float> Logits);

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
