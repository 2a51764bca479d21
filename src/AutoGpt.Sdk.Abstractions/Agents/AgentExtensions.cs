namespace AutoGpt.Sdk;

/// <summary>Conveniences over <see cref="IAgent"/>.</summary>
public static class AgentExtensions
{
    /// <summary>Works on a goal to its end and returns what came of it.</summary>
    /// <inheritdoc cref="IAgent.RunStreamingAsync" path="/param"/>
    /// <param name="agent">The agent.</param>
    /// <returns>The result, whatever its status.</returns>
    public static async Task<AgentResult> RunAsync(
        this IAgent agent, Goal goal, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        AgentResult? result = null;
        // The token is the run's affair: it ends the stream with a completed event, so the enumeration itself is not cut off.
        await foreach (AgentEvent happened in agent.RunStreamingAsync(goal, options, cancellationToken).ConfigureAwait(false))
        {
            if (happened is RunCompleted completed)
            {
                result = completed.Result;
            }
        }

        return result ?? throw new AutoGptException($"{agent.GetType().Name} ended its stream without a {nameof(RunCompleted)} event.");
    }
}
