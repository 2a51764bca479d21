namespace AutoGpt.Sdk;

/// <summary>How an agent works, as it is read from configuration. Limits are those of <see cref="AgentLimits"/>.</summary>
public sealed class AgentOptions
{
    private static readonly AgentLimits Defaults = new();

    /// <summary>The agent's name in traces and logs. Default <c>agent</c>, not empty.</summary>
    public string Name { get; set; } = "agent";

    /// <summary>Steps executed, over all plans of a run. Default 32, at least 1.</summary>
    public int MaxSteps { get; set; } = Defaults.MaxSteps;

    /// <summary>Model tokens of a run. Default 100,000, at least 1.</summary>
    public long MaxTokens { get; set; } = Defaults.MaxTokens;

    /// <summary>Calls of tools, every retry counted. Default 128, at least 1.</summary>
    public int MaxToolCalls { get; set; } = Defaults.MaxToolCalls;

    /// <summary>What the models of a run may cost, in the currency of their prices. Default 1, more than zero.</summary>
    public decimal MaxCost { get; set; } = Defaults.MaxCost;

    /// <summary>Wall time of a run. Default 10 minutes, more than zero.</summary>
    public TimeSpan MaxDuration { get; set; } = Defaults.MaxDuration;

    /// <summary>Plans made after the first one. Default 3, at least 0.</summary>
    public int MaxReplans { get; set; } = Defaults.MaxReplans;

    /// <summary>Steps that run at the same time. Default 4, at least 1.</summary>
    public int MaxParallelSteps { get; set; } = Defaults.MaxParallelSteps;

    /// <summary>Time of one step. Default 1 minute, more than zero.</summary>
    public TimeSpan StepTimeout { get; set; } = Defaults.StepTimeout;

    /// <summary>How often and when a tool is called again after a transient failure. Default: two retries, 200 ms before the first.</summary>
    public ToolRetryOptions Retry { get; set; } = new();

    /// <summary>Characters of JSON that a tool's result may have; a larger one fails the step. Default 67,108,864, at least 1.</summary>
    public int MaxResultLength { get; set; } = ToolStepExecutorOptions.DefaultMaxResultLength;

    /// <summary>Whether goals, arguments and results go into traces, and exceptions of tools into logs. They may hold what a person would not want there. Default false.</summary>
    public bool IncludeContent { get; set; }

    /// <summary>The limits of a run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range; the message names it.</exception>
    public AgentLimits ToLimits()
    {
        AgentLimits limits = new()
        {
            MaxSteps = MaxSteps,
            MaxTokens = MaxTokens,
            MaxToolCalls = MaxToolCalls,
            MaxCost = MaxCost,
            MaxDuration = MaxDuration,
            MaxReplans = MaxReplans,
            MaxParallelSteps = MaxParallelSteps,
            StepTimeout = StepTimeout,
        };
        limits.Validate();
        return limits;
    }

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ToLimits();
        ArgumentNullException.ThrowIfNull(Retry);
        Retry.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResultLength, 1);
    }
}
