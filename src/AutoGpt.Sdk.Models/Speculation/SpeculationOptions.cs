namespace AutoGpt.Sdk.Models;

/// <summary>
/// Tokens proposed by something cheaper than the model and verified by it, several in one pass over its weights (Leviathan et al. 2023; prompt lookup: Saxena
/// 2023). The text and its tokens are the same as without, greedy or sampled; only the work differs. A proposal that is wrong costs the rows that were read for
/// nothing, so proposing pauses, longer each time, where nothing is accepted.
/// </summary>
public sealed record SpeculationOptions
{
    /// <summary>Whether to propose what followed the last tokens where they stood earlier in prompt or text. Default true.</summary>
    public bool PromptLookup { get; init; } = true;

    /// <summary>Tokens that must have stood there the same at least. Default 2, at least 1.</summary>
    public int MinMatch { get; init; } = 2;

    /// <summary>Tokens proposed at once, at most. Default 8, from 1 to 64.</summary>
    public int MaxDraft { get; init; } = 8;

    /// <summary>
    /// A smaller model with the same vocabulary that proposes where the lookup finds nothing. Default: none. Not disposed with the model.
    /// </summary>
    public ITokenModel? DraftModel { get; init; }

    internal void Validate(ITokenizer tokenizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinMatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDraft, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDraft, 64);
        if (DraftModel is { } draft && draft.Tokenizer.VocabularySize != tokenizer.VocabularySize)
        {
            throw new ArgumentException($"The draft model '{draft.Description.Name}' has {draft.Tokenizer.VocabularySize} ids, the model {tokenizer.VocabularySize}: they must have one vocabulary.", nameof(tokenizer));
        }
    }
}
