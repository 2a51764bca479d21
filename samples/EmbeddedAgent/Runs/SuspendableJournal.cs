using System.Collections.Concurrent;
using AutoGpt.Sdk;

namespace EmbeddedAgent;

/// <summary>
/// A journal in which a run can be suspended. A run whose token is cancelled ends as cancelled, for good; a run that can store nothing more ends in this process alone, and goes on in the next one.
/// So a host that stops first suspends its runs, then cancels them. What tools finished meanwhile is still stored: it was done, and need not be done again.
/// </summary>
internal sealed class SuspendableJournal(IRunJournal journal) : IRunJournal
{
    private readonly ConcurrentDictionary<string, bool> _suspended = new();

    public bool IsDurable => journal.IsDurable;

    public void Suspend(string runId) => _suspended[runId] = true;

    public ValueTask AppendAsync(string runId, AgentEvent happened, CancellationToken cancellationToken = default) =>
        _suspended.ContainsKey(runId) && happened is not StepCompleted { Result.Status: StepStatus.Succeeded or StepStatus.Failed or StepStatus.TimedOut }
            ? throw new AutoGptException($"Run '{runId}' is suspended: the host is stopping.")
            : journal.AppendAsync(runId, happened, cancellationToken);

    public IDisposable? TryHold(string runId) => journal.TryHold(runId);

    public IAsyncEnumerable<AgentEvent> ReadAsync(string runId, CancellationToken cancellationToken = default) => journal.ReadAsync(runId, cancellationToken);

    public IAsyncEnumerable<RunSummary> ListAsync(CancellationToken cancellationToken = default) => journal.ListAsync(cancellationToken);
}
