namespace AutoGpt.Sdk;

/// <summary>Who works on which run in this process: <see cref="IRunJournal.TryHold"/> for journals that other processes cannot reach. Thread-safe.</summary>
public sealed class RunHolds
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    /// <inheritdoc cref="IRunJournal.TryHold"/>
    public IDisposable? TryHold(string runId)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        lock (_lock)
        {
            return _held.Add(runId) ? new Hold(this, runId) : null;
        }
    }

    private sealed class Hold(RunHolds holds, string runId) : IDisposable
    {
        private bool _given;

        public void Dispose()
        {
            lock (holds._lock)
            {
                // Once: the run may be somebody else's by now.
                if (!_given)
                {
                    _given = true;
                    holds._held.Remove(runId);
                }
            }
        }
    }
}
