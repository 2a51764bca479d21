namespace AutoGpt.Sdk;

/// <summary>What came of a run. Kept whole whatever the status: a limit or a cancellation loses no finished step.</summary>
/// <param name="RunId">Names the run in journals and logs.</param>
/// <param name="Status">How the run ended.</param>
public sealed record AgentResult(string RunId, AgentStatus Status)
{
    /// <summary>The answer to the goal, where the run produced one.</summary>
    public string? Answer { get; init; }

    /// <summary>What the agent needs to know, when <see cref="Status"/> is <see cref="AgentStatus.NeedsInput"/>.</summary>
    public string? Question { get; init; }

    /// <summary>Why the run did not succeed, in one line for a person; null when it did.</summary>
    public string? Reason { get; init; }

    /// <summary>The plan that was carried out last, or null when none was made.</summary>
    public Plan? Plan { get; init; }

    /// <summary>The results of every step that was executed, over all plans, in the order of their completion.</summary>
    public IReadOnlyList<StepResult> Steps { get; init; } = [];

    /// <summary>Steps of that plan that were left to do: not begun, failed, skipped, or of unknown outcome. Empty when the run succeeded.</summary>
    public IReadOnlyList<PlanStep> Remaining { get; init; } = [];

    /// <summary>Model tokens spent, prompt and completion together.</summary>
    public long Tokens { get; init; }

    /// <summary>What the models cost, in the currency of their prices. 0 for models without prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Plans made, the first one included.</summary>
    public int Plans { get; init; }

    /// <summary>Wall time of the run.</summary>
    public TimeSpan Elapsed { get; init; }
}
