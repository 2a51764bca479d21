namespace AutoGpt.Sdk;

/// <summary>What may differ from run to run.</summary>
public sealed record AgentRunOptions
{
    /// <summary>Names the run in journals and logs. Default: a new time-ordered identifier.</summary>
    public string? RunId { get; init; }

    /// <summary>The bounds of the run. Default: those of the agent.</summary>
    public AgentLimits? Limits { get; init; }

    /// <summary>Seeds every random choice of the run: same seed, model and tool results, same run. Default: 0.</summary>
    public int Seed { get; init; }
}
