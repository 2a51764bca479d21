using System.Diagnostics.CodeAnalysis;

namespace EmbeddedAgent;

/// <summary>A run that this process works on.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and wait handle holds nothing to dispose, and may be cancelled after the run has ended.")]
internal sealed class ActiveRun
{
    private readonly CancellationTokenSource _cancellation = new();
    private TaskCompletionSource _changed = New();

    public Task Working { get; set; } = Task.CompletedTask;

    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Whether a person cancelled the run; otherwise a host that stops suspends it.</summary>
    public bool WasCancelled { get; private set; }

    /// <summary>Ends with the next event, or with the run.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public void Tell() => Interlocked.Exchange(ref _changed, New()).SetResult();

    public void Cancel()
    {
        WasCancelled = true;
        _cancellation.Cancel();
    }

    public void Suspend() => _cancellation.Cancel();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
