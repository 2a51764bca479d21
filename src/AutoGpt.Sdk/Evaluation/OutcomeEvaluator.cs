namespace AutoGpt.Sdk;

/// <summary>
/// Judges a plan by what became of its steps, without a model: a refused step refuses the goal, a step that failed or took too
/// long asks for another plan – unless the planner has seen it and gone on (<see cref="Plan.ExtendedAfter"/>) –, and otherwise the goal counts as reached. Thread-safe.
/// </summary>
public sealed class OutcomeEvaluator : IEvaluator
{
    /// <inheritdoc/>
    public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(Judge(context));
    }

    /// <summary>
    /// The answer a plan gave: the planner's own, else the result of its last step named <c>finish</c>, else of the last step at the top of its tree. Null when that step has none.
    /// </summary>
    /// <param name="context">The plan and its results.</param>
    internal static string? Answer(EvaluationContext context)
    {
        if (context.Plan.Answer is { } answer)
        {
            return answer;
        }

        PlanStep? last = context.Plan.Steps.LastOrDefault(step => step.Tool == "finish") ?? context.Plan.Steps.LastOrDefault(step => step.Parent is null);
        return context.Results.FirstOrDefault(result => result.Number == last?.Number) is { Succeeded: true } result ? result.Text : null;
    }

    internal static Evaluation Judge(EvaluationContext context)
    {
        StepResult[] results = [.. context.Results.OrderBy(result => result.Number)];
        if (Array.Find(results, result => result.Status == StepStatus.Refused) is { } refused)
        {
            return new Evaluation(Verdict.Refuse) { Reason = Tell(refused, "was refused") };
        }

        int seen = context.Plan.ExtendedAfter is [.., int last] ? last : 0;
        results = [.. results.Where(result => result.Number > seen || result.Succeeded)];
        StepResult? failed = Array.Find(results, result => result.Status is not (StepStatus.Succeeded or StepStatus.Skipped))
            ?? Array.Find(results, result => !result.Succeeded);
        // A planner that has gone on from a failure says how; one that only stops has not.
        failed ??= context.Plan.Answer is null && context.Plan.Steps.LastOrDefault(step => step.Parent is null) is { } end ? context.Results.FirstOrDefault(result => result.Number == end.Number && !result.Succeeded) : null;
        return failed is null
            ? new Evaluation(Verdict.Accept) { Answer = Answer(context) }
            : new Evaluation(Verdict.Replan) { Reason = Tell(failed, failed.Status == StepStatus.TimedOut ? "timed out" : "failed") };
    }

    private static string Tell(StepResult result, string what) => $"Step {result.Number} ({result.Tool}) {what}: {result.Error}";
}
