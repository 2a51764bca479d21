namespace AutoGpt.Sdk.Models;

/// <summary>What may come next in a text that must keep to a form. One text, one constraint, one thread.</summary>
public interface ITokenConstraint
{
    /// <summary>Sets one bit per id, bit <c>i % 64</c> of word <c>i / 64</c>: whether the id may come next.</summary>
    /// <param name="allowed">Receives <c>[⌈vocabulary / 64⌉]</c>. The end-of-text id is allowed if and only if <see cref="IsComplete"/>.</param>
    void FillMask(Span<ulong> allowed);

    /// <summary>Advances by a token.</summary>
    /// <param name="id">A token that was allowed.</param>
    /// <exception cref="ArgumentException">The token was not allowed.</exception>
    void Accept(int id);

    /// <summary>Whether the text so far is a whole valid document. It may still go on: 12 becomes 123.</summary>
    bool IsComplete { get; }

    /// <summary>Whether nothing but the end can follow.</summary>
    bool MustEnd { get; }

    /// <summary>
    /// The tokens that spell what must come next, whatever is chosen: the tokenizer's own tokens of that text, up to where what follows it could make it other
    /// tokens. Empty where there is a choice, or where it is not known. They may be accepted one by one without looking at a mask.
    /// </summary>
    ReadOnlyMemory<int> ForcedTokens => default;

    /// <summary>A second constraint in the same state; the two then go their own ways.</summary>
    ITokenConstraint Fork();
}

/// <summary>Makes constraints from schemas. Thread-safe.</summary>
public interface ITokenConstraintCompiler
{
    /// <summary>Compiles a schema for a tokenizer.</summary>
    /// <param name="schema">A JSON Schema.</param>
    /// <param name="sources">The texts that the schema's <c>x-quotedFrom</c> names.</param>
    /// <param name="tokenizer">The tokenizer of the model that will be constrained.</param>
    /// <exception cref="AutoGptException">The schema uses what is not supported, or cannot be satisfied.</exception>
    ITokenConstraint Compile(System.Text.Json.JsonElement schema, IReadOnlyList<PromptSection> sources, ITokenizer tokenizer);
}
