namespace AutoGpt.Sdk.Testing;

/// <summary>One answer of a <see cref="ScriptedLanguageModel"/>.</summary>
/// <param name="Text">The whole text.</param>
public sealed record ScriptedReply(string Text)
{
    /// <summary>Why the generation ends; <see cref="FinishReason.Length"/> plays a truncation. Default: it stops by itself.</summary>
    public FinishReason Finish { get; init; } = FinishReason.Stop;

    /// <summary>What the generation took. Default: a token for every four characters of prompt and text.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Time that passes before the first update, by the model's time provider. Default: none.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Awaited before the first update, so that a test decides when the model answers. Default: nothing.</summary>
    public Task? Gate { get; init; }

    /// <summary>Thrown after the text was streamed; plays a failure on the way. Default: nothing.</summary>
    public Exception? Failure { get; init; }

    /// <summary>
    /// The constrained log-probability of each update's token, in order; the last one stands for all further updates. Default:
    /// none are reported.
    /// </summary>
    public IReadOnlyList<double> LogProbabilities { get; init; } = [];

    /// <summary>A reply of nothing but its text.</summary>
    public static implicit operator ScriptedReply(string text) => new(text);
}
