using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Testing;

/// <summary>A planner that gives plans in turn, and records what it was asked. Thread-safe.</summary>
/// <param name="plans">The plans. Asking for more throws an <see cref="AutoGptException"/>.</param>
public sealed class ScriptedPlanner(params IEnumerable<Plan> plans) : IPlanner
{
    private readonly ConcurrentQueue<Plan> _plans = new(plans);
    private readonly ConcurrentQueue<PlanningContext> _contexts = new();

    /// <summary>What the planner was asked, oldest first.</summary>
    public IReadOnlyList<PlanningContext> Contexts => [.. _contexts];

    /// <summary>A plan of these steps, numbered from 1.</summary>
    /// <param name="steps">Tools and the JSON of their arguments.</param>
    public static Plan Of(params IEnumerable<(string Tool, string Arguments)> steps) => new()
    {
        Steps = [.. steps.Select((step, index) => new PlanStep(index + 1, step.Tool, JsonNode.Parse(step.Arguments)!.AsObject()))],
    };

    /// <inheritdoc/>
    public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _contexts.Enqueue(context);
        return _plans.TryDequeue(out Plan? plan)
            ? ValueTask.FromResult(plan)
            : throw new AutoGptException("The script has no more plans.");
    }
}
