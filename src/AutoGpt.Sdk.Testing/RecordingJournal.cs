using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Testing;

/// <summary>A journal that keeps every event of every run, checks their numbers, and can be told to fail. Thread-safe.</summary>
public sealed class RecordingJournal : IRunJournal
{
    private readonly Lock _lock = new();
    private readonly RunHolds _holds = new();
    private readonly List<(string RunId, AgentEvent Event)> _events = [];

    /// <summary>Called before an event is stored; what it throws, the journal throws. Default: nothing.</summary>
    public Action<AgentEvent>? OnAppend { get; init; }

    /// <summary>All events, in the order in which they were stored.</summary>
    public IReadOnlyList<AgentEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events.Select(entry => entry.Event)];
            }
        }
    }

    /// <summary>Whether the journal says so. It does not outlive the process, but is there for tests of what goes on in another one. Default true.</summary>
    public bool IsDurable { get; init; } = true;

    /// <inheritdoc/>
    public ValueTask AppendAsync(string runId, AgentEvent happened, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ArgumentNullException.ThrowIfNull(happened);
        cancellationToken.ThrowIfCancellationRequested();
        OnAppend?.Invoke(happened);
        lock (_lock)
        {
            long next = _events.Count(entry => entry.RunId == runId) + 1;
            if (happened.Sequence != next)
            {
                throw new AutoGptException($"The next event of run '{runId}' has number {next}, not {happened.Sequence}.");
            }

            _events.Add((runId, happened));
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
            events = [.. _events.Where(entry => entry.RunId == runId).Select(entry => entry.Event)];
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
            runs = [.. _events.GroupBy(entry => entry.RunId, StringComparer.Ordinal).Select(run => RunSummary.Of(run.Key, run.First().Event, run.Last().Event)).Reverse()];
        }

        foreach (RunSummary run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return run;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
