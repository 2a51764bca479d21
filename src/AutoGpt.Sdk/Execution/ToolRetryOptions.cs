namespace AutoGpt.Sdk;

/// <summary>
/// How often and when a tool is called again after a transient failure. Only tools that may be called twice are: see <see cref="ToolHints"/>. All calls of a
/// step share its timeout, and its one approval: the arguments are the same.
/// </summary>
public sealed record ToolRetryOptions
{
    /// <summary>Calls after the first one. Default 2, at least 0.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>The wait before the first retry; it doubles with each one after it. Default 200 ms, at least zero.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait. A tool that asks for a longer one is not called again. Default 10 s, at least zero.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>With a seed each wait is shortened by up to a half, the same for the same seed, step and attempt. Default: null, no such jitter.</summary>
    public int? JitterSeed { get; set; }

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
        ArgumentOutOfRangeException.ThrowIfLessThan(BaseDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, TimeSpan.Zero);
    }

    /// <summary>The wait after a failure.</summary>
    /// <param name="attempt">The attempt that failed, from 0.</param>
    /// <param name="step">The step's number, which keeps steps that failed together from coming back together.</param>
    /// <param name="atLeast">What the tool asked for.</param>
    internal TimeSpan DelayAfter(int attempt, int step, TimeSpan? atLeast)
    {
        double milliseconds = Math.Min(BaseDelay.TotalMilliseconds * Math.Pow(2, attempt), MaxDelay.TotalMilliseconds);
        if (JitterSeed is { } seed)
        {
            milliseconds *= 1 - (new Random(unchecked((((seed * 397) + step) * 397) + attempt)).NextDouble() / 2);
        }

        TimeSpan delay = TimeSpan.FromMilliseconds(milliseconds);
        return atLeast > delay ? atLeast.Value : delay;
    }
}
