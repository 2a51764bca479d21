namespace AutoGpt.Sdk;

/// <summary>Judges what came of a plan. Implementations are thread-safe.</summary>
public interface IEvaluator
{
    /// <summary>Judges the results of the last plan against the goal.</summary>
    /// <param name="context">The goal, the plan, and its results.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default);
}

/// <summary>What an evaluator judges.</summary>
/// <param name="Goal">What is wanted.</param>
/// <param name="Plan">The plan that was carried out.</param>
/// <param name="Results">The results of its steps, in the order of their completion.</param>
public sealed record EvaluationContext(Goal Goal, Plan Plan, IReadOnlyList<StepResult> Results)
{
    /// <summary>Earlier attempts of the run, oldest first.</summary>
    public IReadOnlyList<PlanAttempt> Attempts { get; init; } = [];

    /// <summary>Model tokens the run may still spend.</summary>
    public long TokensLeft { get; init; } = long.MaxValue;

    /// <summary>What the run may still cost, in the currency of the model's prices.</summary>
    public decimal CostLeft { get; init; } = decimal.MaxValue;

    /// <summary>Seeds the evaluator's random choices.</summary>
    public int Seed { get; init; }
}
