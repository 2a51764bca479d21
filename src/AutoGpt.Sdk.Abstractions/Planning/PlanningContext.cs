using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>What a planner knows.</summary>
/// <param name="Goal">What is wanted.</param>
/// <param name="Tools">The tools a plan may use.</param>
public sealed record PlanningContext(Goal Goal, IReadOnlyList<AIFunction> Tools)
{
    /// <summary>Earlier attempts of this run, oldest first. Empty for the first plan.</summary>
    public IReadOnlyList<PlanAttempt> Attempts { get; init; } = [];

    /// <summary>Steps the run may still execute: no plan should be longer.</summary>
    public int StepsLeft { get; init; } = 32;

    /// <summary>Model tokens the run may still spend.</summary>
    public long TokensLeft { get; init; } = long.MaxValue;

    /// <summary>What the run may still cost, in the currency of the model's prices.</summary>
    public decimal CostLeft { get; init; } = decimal.MaxValue;

    /// <summary>The plan to extend; null where a new one is wanted.</summary>
    public PlanProgress? Progress { get; init; }

    /// <summary>Seeds the planner's random choices.</summary>
    public int Seed { get; init; }
}

/// <summary>A plan that is being carried out and is to be extended.</summary>
/// <param name="Plan">The plan so far.</param>
/// <param name="Results">What its steps gave so far, in the order of their completion.</param>
public sealed record PlanProgress(Plan Plan, IReadOnlyList<StepResult> Results)
{
    /// <summary>The sub-goal that wants steps; null where the plan is to go on at its end.</summary>
    public PlanStep? Expanding { get; init; }
}

/// <summary>A plan that was carried out, what came of it, and what to mind next time.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Results">The results of the steps that ran.</param>
/// <param name="Feedback">What the evaluation asked for.</param>
public sealed record PlanAttempt(Plan Plan, IReadOnlyList<StepResult> Results, Feedback Feedback);
