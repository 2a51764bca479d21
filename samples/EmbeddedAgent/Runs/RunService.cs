using System.Collections.Concurrent;
using AutoGpt.Sdk;
using Microsoft.Extensions.Options;

namespace EmbeddedAgent;

/// <summary>
/// Works on runs in the background: begins them, goes on at start with those that a crash or a stop cut off, and leaves them so that the next process can. What happened in a run is the journal's
/// to tell; this only says when there is something new.
/// </summary>
internal sealed partial class RunService(IAgent agent, SuspendableJournal journal, IOptions<RunOptions> options, ILogger<RunService> logger) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<string, ActiveRun> _active = new();
    private readonly SemaphoreSlim _places = new(options.Value.MaxActive);

    /// <summary>Begins a run.</summary>
    /// <returns>Its name, once its first event is stored: from then on it survives a crash. Null where there are too many.</returns>
    public async Task<string?> StartAsync(Goal goal, AgentRunOptions options)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            return null;
        }

        string id = Guid.CreateVersion7().ToString("n");
        ActiveRun run = new();
        Task begun = run.Changed;
        Begin(id, run, token => agent.RunStreamingAsync(goal, options with { RunId = id }, token), Task.CompletedTask);
        await begun;
        return id;
    }

    public bool Cancel(string id)
    {
        bool active = _active.TryGetValue(id, out ActiveRun? run);
        run?.Cancel();
        return active;
    }

    public bool IsActive(string id) => _active.ContainsKey(id);

    /// <summary>Ends when something new is stored of the run. Null where nobody here works on it. To be asked for before reading, so that nothing is missed in between.</summary>
    public Task? Changed(string id) => _active.TryGetValue(id, out ActiveRun? run) ? run.Changed : null;

    /// <summary>Goes on with what an earlier process left.</summary>
    async Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        await foreach (RunSummary left in journal.ListAsync(cancellationToken))
        {
            if (left.Status is null)
            {
                ActiveRun run = new();
                Begin(left.RunId, run, token => agent.ResumeStreamingAsync(left.RunId, token), _places.WaitAsync(run.CancellationToken));
            }
        }
    }

    /// <summary>Leaves the runs to the next process. The web server has stopped before: nobody begins or cancels a run any more.</summary>
    async Task IHostedService.StopAsync(CancellationToken cancellationToken)
    {
        foreach ((string id, ActiveRun run) in _active)
        {
            if (!run.WasCancelled)
            {
                journal.Suspend(id);
                run.Suspend();
            }
        }

        await Task.WhenAll(_active.Values.Select(run => run.Working)).WaitAsync(cancellationToken);
    }

    public void Dispose() => _places.Dispose();

    private void Begin(string id, ActiveRun run, Func<CancellationToken, IAsyncEnumerable<AgentEvent>> work, Task place)
    {
        _active[id] = run;
        run.Working = WorkAsync(id, run, work, place);
    }

    private async Task WorkAsync(string id, ActiveRun run, Func<CancellationToken, IAsyncEnumerable<AgentEvent>> work, Task place)
    {
        await Task.Yield();
        try
        {
            await place;
            await foreach (AgentEvent _ in work(run.CancellationToken))
            {
                run.Tell();
            }
        }
        catch (Exception error) when (error is AutoGptException or OperationCanceledException)
        {
            // Another process works on it, its events cannot be read, its plan does not fit the tools: the others go on.
            LogLeft(id, error.Message);
        }
        finally
        {
            if (place.IsCompletedSuccessfully)
            {
                _places.Release();
            }

            _active.TryRemove(id, out _);
            run.Tell();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Run {RunId} is left as it is: {Reason}")]
    private partial void LogLeft(string runId, string reason);
}
