using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk;

/// <summary>
/// Keeps events in memory, for tests and for agents whose runs need not survive the process. Only the latest runs are kept.
/// Thread-safe.
/// </summary>
/// <param name="maxRuns">Runs to keep; the one that began first is forgotten first. Default 100, at least 1.</param>
public sealed class InMemoryRunJournal(int maxRuns = 100) : IRunJournal
{
    private readonly Lock _lock = new();
    private readonly RunHolds _holds = new();
    private readonly Dictionary<string, List<AgentEvent>> _runs = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly int _maxRuns = maxRuns >= 1 ? maxRuns : throw new ArgumentOutOfRangeException(nameof(maxRuns), maxRuns, "At least 1.");

    /// <inheritdoc/>
    public bool IsDurable => false;

    /// <inheritdoc/>
    public ValueTask AppendAsync(string runId, AgentEvent happened, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ArgumentNullException.ThrowIfNull(happened);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _runs.TryGetValue(runId, out List<AgentEvent>? events);
            long next = (events?.Count ?? 0) + 1;
            if (happened.Sequence != next)
            {
                throw new AutoGptException($"The next event of run '{runId}' has number {next}, not {happened.Sequence}.");
            }

            if (events is null)
            {
                _runs[runId] = events = [];
                _order.Enqueue(runId);
                if (_order.Count > _maxRuns)
                {
                    _runs.Remove(_order.Dequeue());
                }
            }

            events.Add(happened);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public IDisposable? TryHold(string runId) => _holds.TryHold(runId);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> ReadAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        AgentEvent[] events;
        lock (_lock)
        {
            events = _runs.TryGetValue(runId, out List<AgentEvent>? stored) ? [.. stored] : [];
        }

        foreach (AgentEvent happened in events)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return happened;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunSummary> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RunSummary[] runs;
        lock (_lock)
        {
            runs = [.. _order.Reverse().Select(run => RunSummary.Of(run, _runs[run][0], _runs[run][^1]))];
        }

        foreach (RunSummary run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return run;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
