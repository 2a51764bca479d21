namespace AutoGpt.Sdk;

/// <summary>
/// Works on a goal until it is reached, refused, out of a limit or in need of an answer from a person. Implementations are
/// thread-safe: one agent may work on many goals at once.
/// </summary>
public interface IAgent
{
    /// <summary>
    /// Works on <paramref name="goal"/> and streams what happens. The last event is always a <see cref="RunCompleted"/>, whatever
    /// became of the run: failures, limits and cancellation are told by its <see cref="AgentStatus"/>, not by exceptions.
    /// </summary>
    /// <param name="goal">What is wanted.</param>
    /// <param name="options">Limits, seed and identity of this run. Default: those the agent was built with.</param>
    /// <param name="cancellationToken">Ends the run with <see cref="AgentStatus.Cancelled"/>; finished steps stay in the result.</param>
    /// <returns>The run's events, in the order of their sequence numbers.</returns>
    IAsyncEnumerable<AgentEvent> RunStreamingAsync(Goal goal, AgentRunOptions? options = null, CancellationToken cancellationToken = default);
}
