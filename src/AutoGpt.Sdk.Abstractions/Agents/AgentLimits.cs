namespace AutoGpt.Sdk;

/// <summary>
/// The bounds of a run. Every one is finite by default; reaching one ends the run as <see cref="AgentStatus.LimitReached"/> with
/// what was done so far.
/// </summary>
public sealed record AgentLimits
{
    /// <summary>Steps executed, over all plans of the run. Default 32, at least 1.</summary>
    public int MaxSteps { get; init; } = 32;

    /// <summary>Model tokens, prompt and completion together. Default 100,000, at least 1.</summary>
    public long MaxTokens { get; init; } = 100_000;

    /// <summary>Calls of tools, every retry counted. Default 128, at least 1.</summary>
    public int MaxToolCalls { get; init; } = 128;

    /// <summary>
    /// What the models of the run may cost, in the currency of their prices (<see cref="ModelDescription.Price"/>); models without prices cost nothing. Default 1, more than zero.
    /// </summary>
    public decimal MaxCost { get; init; } = 1;

    /// <summary>Wall time of the run. Default 10 minutes, more than zero.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Plans made after the first one. Default 3, at least 0.</summary>
    public int MaxReplans { get; init; } = 3;

    /// <summary>Steps that run at the same time. Default 4, at least 1.</summary>
    public int MaxParallelSteps { get; init; } = 4;

    /// <summary>Time of one step. Default 1 minute, more than zero.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Throws when a bound is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxToolCalls, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaxCost, 0);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaxDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxReplans);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxParallelSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StepTimeout, TimeSpan.Zero);
    }
}
