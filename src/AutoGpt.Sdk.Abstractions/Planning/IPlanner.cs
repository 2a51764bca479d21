namespace AutoGpt.Sdk;

/// <summary>Turns a goal, and what earlier attempts at it taught, into a plan. Implementations are thread-safe.</summary>
public interface IPlanner
{
    /// <summary>Makes the next plan.</summary>
    /// <param name="context">The goal, the tools, and the attempts so far.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <returns>A plan whose steps name only tools of the context, or a question.</returns>
    /// <exception cref="AutoGptException">The planner could not produce a valid plan.</exception>
    ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default);
}
