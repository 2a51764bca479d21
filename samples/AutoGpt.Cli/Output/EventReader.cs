using AutoGpt.Sdk;

namespace AutoGpt.Cli.Output;

/// <summary>Reads a run's events in parts, so that one display can leave the rest to another.</summary>
internal sealed class EventReader(IAsyncEnumerable<AgentEvent> events) : IAsyncDisposable
{
    // Not cut off by a token: the run's end is an event.
    private readonly IAsyncEnumerator<AgentEvent> _events = events.GetAsyncEnumerator(CancellationToken.None);
    private Task<bool>? _next;

    /// <summary>The events that follow; where <paramref name="stop"/> completes, those that are there already.</summary>
    public async IAsyncEnumerable<AgentEvent> ReadAsync(Task stop)
    {
        while (true)
        {
            _next ??= _events.MoveNextAsync().AsTask();
            await Task.WhenAny(_next, stop);
            if (!_next.IsCompleted || !await _next)
            {
                yield break;
            }

            _next = null;
            yield return _events.Current;
        }
    }

    // An enumerator that is still moving cannot be disposed; that comes of a display that failed, which ends the program.
    public ValueTask DisposeAsync() => _next is { IsCompleted: false } ? ValueTask.CompletedTask : _events.DisposeAsync();
}
