using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

internal static class Runs
{
    public static AutonomousAgent Agent(IPlanner planner, IEnumerable<AIFunction> tools, Action<AgentComponents>? configure = null)
    {
        AgentComponents components = new() { Planner = planner };
        foreach (AIFunction tool in tools)
        {
            components.Tools.Add(tool);
        }

        configure?.Invoke(components);
        return new AutonomousAgent(components);
    }

    public static Plan Plan(params (string Tool, string Arguments)[] steps) => ScriptedPlanner.Of(steps);

    public static async Task<List<AgentEvent>> EventsAsync(this IAgent agent, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<AgentEvent> events = [];
        await foreach (AgentEvent happened in agent.RunStreamingAsync("goal", options, cancellationToken))
        {
            events.Add(happened);
        }

        return events;
    }
}
