namespace AutoGpt.Sdk.Models;

/// <summary>
/// What may come next in a text that is being generated: a mask over the vocabulary before each token, advanced by the token
/// that was chosen. Used by one thread at a time; forks are independent of each other.
/// </summary>
public interface ITokenConstraint
{
    /// <summary>
    /// Writes which ids may come next: one bit per id (bit <c>i % 64</c> of word <c>i / 64</c>). The end-of-text id is allowed
    /// if and only if <see cref="IsComplete"/>.
    /// </summary>
    /// <param name="allowed">At least <c>(vocabulary + 63) / 64</c> words; all of them are overwritten.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    void FillMask(Span<ulong> allowed);

    /// <summary>Advances by a token.</summary>
    /// <param name="id">The token.</param>
    /// <exception cref="ArgumentException">The id was not allowed; the constraint is as it was before.</exception>
    void Accept(int id);

    /// <summary>Whether the text so far is a whole valid document. It may still be able to go on: <c>12</c> as an integer.</summary>
    bool IsComplete { get; }

    /// <summary>Whether nothing but the end can follow.</summary>
    bool MustEnd { get; }

    /// <summary>A second constraint at the same position; the two then go their own ways.</summary>
    ITokenConstraint Fork();
}
