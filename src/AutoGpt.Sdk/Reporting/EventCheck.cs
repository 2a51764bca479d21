namespace AutoGpt.Sdk;

/// <summary>Whether an event that was read has what the code relies on; a journal could have been written by anybody.</summary>
internal static class EventCheck
{
    public static bool IsWhole(AgentEvent happened) => happened switch
    {
        RunStarted started => started is { RunId: not null, Goal: { Text: not null, Facts: not null }, Limits: not null }
            && (started.Properties is null || started.Properties.Values.All(value => value is not null)),
        RunResumed resumed => resumed.InFlight is not null,
        PlanCreated created => created.Plan is { Steps: { } steps } && steps.All(IsWhole),
        PlanExtended extended => extended.Extension is { Steps: { } steps } && steps.All(IsWhole),
        StepStarted started => IsWhole(started.Step),
        StepCompleted completed => IsWhole(completed.Result),
        PlanEvaluated evaluated => evaluated.Evaluation is not null,
        ReplanRequested replan => replan.Feedback is { Reason: not null },
        RunCompleted completed => completed.Result is { RunId: not null, Steps: { } steps } && steps.All(IsWhole),
        _ => happened is not null,
    };

    private static bool IsWhole(PlanStep? step) => step is { Tool: not null, Arguments: not null, After: not null };

    private static bool IsWhole(StepResult? result) => result is { Tool: not null };
}
