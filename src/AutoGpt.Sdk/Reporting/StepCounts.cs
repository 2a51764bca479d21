namespace AutoGpt.Sdk;

/// <summary>
/// What became of the steps of a run, over all its plans. Every planned step is in one of the counts from <see cref="Succeeded"/> to <see cref="NotReached"/>.
/// </summary>
public sealed record StepCounts
{
    /// <summary>Steps of all plans.</summary>
    public int Planned { get; init; }

    /// <summary>Steps that began: what counts towards the limit.</summary>
    public int Started { get; init; }

    /// <summary>Steps whose tool returned.</summary>
    public int Succeeded { get; init; }

    /// <summary>Steps whose tool threw.</summary>
    public int Failed { get; init; }

    /// <summary>Steps that the guard did not allow.</summary>
    public int Refused { get; init; }

    /// <summary>Steps that took longer than they may.</summary>
    public int TimedOut { get; init; }

    /// <summary>Steps that ran when the run was stopped.</summary>
    public int Cancelled { get; init; }

    /// <summary>Steps of which nobody knows whether they took effect.</summary>
    public int Unknown { get; init; }

    /// <summary>Steps that were not begun because one before them did not succeed.</summary>
    public int Skipped { get; init; }

    /// <summary>Steps that began and have not ended.</summary>
    public int Unfinished { get; init; }

    /// <summary>Steps that neither began nor were skipped: the run ended before, or has not come to them.</summary>
    public int NotReached { get; init; }

    /// <summary>How often the call of a tool was begun, those that the guard then did not allow included: more often than steps began where a step was run again.</summary>
    public int Calls { get; init; }

    /// <summary>Calls after the first of the same step.</summary>
    public int Retries { get; init; }

    internal static StepCounts Of(RunHistory run)
    {
        StepHistory[] steps = [.. run.Plans.SelectMany(plan => plan.Steps)];
        int Count(StepStatus status) => steps.Count(step => step.Result?.Status == status);
        return new StepCounts
        {
            Planned = steps.Length,
            Started = steps.Count(step => step.Spans.Count > 0),
            Succeeded = Count(StepStatus.Succeeded),
            Failed = Count(StepStatus.Failed),
            Refused = Count(StepStatus.Refused),
            TimedOut = Count(StepStatus.TimedOut),
            Cancelled = Count(StepStatus.Cancelled),
            Unknown = Count(StepStatus.Unknown),
            Skipped = Count(StepStatus.Skipped),
            Unfinished = steps.Count(step => step.Result is null && step.Spans.Count > 0),
            NotReached = steps.Count(step => step.Result is null && step.Spans.Count == 0),
            Calls = steps.Sum(step => step.Calls),
            Retries = steps.Sum(step => Math.Max(0, step.Calls - 1)),
        };
    }
}
