namespace AutoGpt.Sdk;

/// <summary>What may differ from run to run.</summary>
public sealed record AgentRunOptions
{
    /// <summary>Names the run in journals and logs. Default: a new time-ordered identifier.</summary>
    public string? RunId { get; init; }

    /// <summary>The bounds of the run. Default: those of the agent.</summary>
    public AgentLimits? Limits { get; init; }

    /// <summary>
    /// What the caller wants to find again beside the run, such as the folder it works in: stored with the first event, not shown to models. Default: nothing.
    /// </summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The plan to begin with instead of asking the planner, for instance one from an <see cref="IPlanLibrary"/>. When it fails, the planner is asked. Default: none.
    /// </summary>
    public Plan? Plan { get; init; }

    /// <summary>Seeds every random choice of the run: same seed, model and tool results, same run. Default: 0.</summary>
    public int Seed { get; init; }
}
