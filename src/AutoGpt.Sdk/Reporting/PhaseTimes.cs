namespace AutoGpt.Sdk;

/// <summary>What a run spends its time on.</summary>
internal enum RunPhase
{
    /// <summary>A plan is being made.</summary>
    Planning,

    /// <summary>A step runs, or several at once.</summary>
    Tools,

    /// <summary>The results of a plan are being judged.</summary>
    Judging,

    /// <summary>Anything else: checks, the journal, the scheduler.</summary>
    Other,
}

/// <summary>How long a run was in each phase. Every moment is in one of them, so that they add up.</summary>
internal sealed class PhaseTimes
{
    private readonly TimeSpan[] _times = new TimeSpan[4];
    private readonly TimeSpan[] _told = new TimeSpan[4];

    /// <summary>The time of all steps together: a moment in which three run counts three times.</summary>
    public TimeSpan Busy { get; private set; }

    public TimeSpan this[RunPhase phase] => _times[(int)phase];

    /// <exception cref="OverflowException">The time is longer than a time can be.</exception>
    public void Add(RunPhase phase, TimeSpan time, int running)
    {
        _times[(int)phase] += time;
        Busy += new TimeSpan(checked(time.Ticks * running));
    }

    /// <summary>What a phase took since this was last asked of it.</summary>
    public TimeSpan SinceLast(RunPhase phase)
    {
        TimeSpan since = _times[(int)phase] - _told[(int)phase];
        _told[(int)phase] = _times[(int)phase];
        return since;
    }
}
