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

    /// <summary>
    /// Goes on with a run whose process ended before it, from what the agent's journal holds: finished steps are not run again, and one that was running
    /// is run again only where its tool may be called twice, or a person allows it. The stream begins with <see cref="RunResumed"/> and ends as that of
    /// <see cref="RunStreamingAsync"/> does. A run that has ended already gives its last event alone.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">As for <see cref="RunStreamingAsync"/>.</param>
    /// <exception cref="AutoGptException">
    /// The journal holds no such run or not all of its beginning, somebody works on it, or its plan does not fit this agent's tools. Thrown when the stream is first asked for an event.
    /// </exception>
    IAsyncEnumerable<AgentEvent> ResumeStreamingAsync(string runId, CancellationToken cancellationToken = default);
}
