namespace AutoGpt.Sdk;

/// <summary>Turns a goal, and what earlier attempts at it taught, into a plan. Implementations are thread-safe.</summary>
public interface IPlanner
{
    /// <summary>
    /// Makes the next plan; or, with <see cref="PlanningContext.Progress"/>, says how the one that is being carried out goes on. A planner that makes no plan that
    /// <see cref="Plan.Continues"/> and no step that <see cref="PlanStep.IsSubGoal"/> is never asked the latter.
    /// </summary>
    /// <param name="context">The goal, the tools, and the attempts so far.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <returns>A plan whose steps name only tools of the context, or a question. Of a plan that is extended: the steps to add, numbered on from its last, or none when it is done.</returns>
    /// <exception cref="AutoGptException">The planner could not produce a valid plan.</exception>
    ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default);
}
