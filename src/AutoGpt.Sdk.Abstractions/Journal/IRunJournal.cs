namespace AutoGpt.Sdk;

/// <summary>
/// Stores the events of runs. An agent appends each event before it acts upon it, so that what a journal holds is enough to go on
/// after a crash. Implementations are thread-safe.
/// </summary>
public interface IRunJournal
{
    /// <summary>Whether what is stored outlives the process, so that a run can go on in another one. Only then are tools told the keys of their steps.</summary>
    bool IsDurable { get; }

    /// <summary>Appends the next event of a run and returns when it is stored.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="happened">The event; its sequence number must be one more than that of the last event of the run.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AutoGptException">The sequence number is not the next one, or the event cannot be stored.</exception>
    ValueTask AppendAsync(string runId, AgentEvent happened, CancellationToken cancellationToken = default);

    /// <summary>Takes a run, so that nobody else works on it meanwhile: neither in this process nor, where the journal is durable, in another.</summary>
    /// <param name="runId">The run, which need not have begun.</param>
    /// <returns>Gives the run back when it is disposed; the end of the process does so, too. Null where somebody else has it.</returns>
    /// <exception cref="AutoGptException">It cannot be found out.</exception>
    IDisposable? TryHold(string runId);

    /// <summary>Reads the events of a run, oldest first. A run the journal does not know has none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    IAsyncEnumerable<AgentEvent> ReadAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Lists the runs, the latest first.</summary>
    /// <param name="cancellationToken">Stops listing.</param>
    IAsyncEnumerable<RunSummary> ListAsync(CancellationToken cancellationToken = default);
}
