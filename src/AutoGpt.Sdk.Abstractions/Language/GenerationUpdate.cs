namespace AutoGpt.Sdk;

/// <summary>A piece of a completion. The pieces' texts, joined, are the completion.</summary>
public sealed record GenerationUpdate
{
    /// <summary>The new text: whole characters, possibly none.</summary>
    public string Text { get; init; } = "";

    /// <summary>The tokens this update accounts for; empty for a model that does not show its tokens.</summary>
    public IReadOnlyList<GeneratedToken> Tokens { get; init; } = [];

    /// <summary>Why generation ended; null in all updates but the last.</summary>
    public FinishReason? Finish { get; init; }

    /// <summary>What the generation took; null in all updates but the last.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Options that were not honoured, by name. Only in the last update.</summary>
    public IReadOnlyList<string> NotHonored { get; init; } = [];
}

/// <summary>A token that was generated.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">Its log-probability under the model, at temperature 1; null unless asked for.</param>
/// <param name="ConstrainedLogProbability">
/// The same among the tokens the schema allowed at this place: 0 where there was no choice. Null unless asked for.
/// </param>
public readonly record struct GeneratedToken(int Id, double? LogProbability = null, double? ConstrainedLogProbability = null)
{
    /// <summary>
    /// The most probable tokens among those the schema allowed at this place, the best first, with their constrained log-probabilities. Null where nobody asked, or there was no choice.
    /// </summary>
    public IReadOnlyList<(int Id, double LogProbability)>? Top { get; init; }
}

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended the text, a stop text was met, or the schema was complete.</summary>
    Stop,

    /// <summary>The token limit or the end of the context was reached: the completion is cut off.</summary>
    Length,
}

/// <summary>Tokens a generation took.</summary>
/// <param name="PromptTokens">Tokens read.</param>
/// <param name="CompletionTokens">Tokens generated.</param>
public readonly record struct TokenUsage(int PromptTokens, int CompletionTokens)
{
    /// <summary>Both together.</summary>
    public int Total => PromptTokens + CompletionTokens;
}
