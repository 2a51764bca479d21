namespace AutoGpt.Sdk;

/// <summary>The calls of tools a run has left. Steps that run side by side take their retries from it. Thread-safe.</summary>
internal sealed class ToolCallBudget(int max)
{
    private readonly Lock _lock = new();

    // What events tell of, and retries of steps that have not ended yet.
    private int _told;
    private int _taken;

    public int Left
    {
        get
        {
            lock (_lock)
            {
                return max - _told - _taken;
            }
        }
    }

    /// <summary>A step begins: its first call.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _told++;
        }
    }

    /// <summary>Takes leave for one more call of a step that runs.</summary>
    public bool TryRetry()
    {
        lock (_lock)
        {
            if (_told + _taken >= max)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    /// <summary>A step ended.</summary>
    /// <param name="retries">Its calls after the first.</param>
    public void End(int retries)
    {
        lock (_lock)
        {
            _told += retries;
            _taken = Math.Max(0, _taken - retries); // None were taken where an earlier part of the run made them.
        }
    }
}
