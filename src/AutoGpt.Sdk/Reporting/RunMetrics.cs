using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// A run in figures, from its events alone: what came of it, what it cost, where the time went. Exact for runs that were cut off and gone on with, too: the time between two parts of a run does not
/// count. As JSON: <see cref="ReportingJsonContext"/>.
/// </summary>
public sealed record RunMetrics
{
    /// <summary>Names the run.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>What was wanted.</summary>
    public required string Goal { get; init; }

    /// <summary>How it ended; null while it runs, or where its process ended before it.</summary>
    public AgentStatus? Status { get; init; }

    /// <summary>Whether the goal was reached.</summary>
    public bool Succeeded => Status == AgentStatus.Succeeded;

    /// <summary>Plans made.</summary>
    public int Plans { get; init; }

    /// <summary>Plans made after the first.</summary>
    public int Replans => Math.Max(0, Plans - 1);

    /// <summary>How often the run went on after its process had ended.</summary>
    public int Resumptions { get; init; }

    /// <summary>What became of the steps.</summary>
    public required StepCounts Steps { get; init; }

    /// <summary>What models took.</summary>
    public required TokenCounts Tokens { get; init; }

    /// <summary>What the models cost, in the currency of their prices. 0 for models without prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Where the time went.</summary>
    public required RunTimes Times { get; init; }

    /// <summary>The step that ran longest; of equals the first. Null where none ran.</summary>
    public LongestStep? LongestStep { get; init; }

    /// <summary>The figures of a run.</summary>
    /// <param name="events">The run's events, as a journal reads them. The run need not have ended.</param>
    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    /// <exception cref="AutoGptException">The events are not those of a run: one is not whole, or does not follow from those before it.</exception>
    public static RunMetrics Of(IEnumerable<AgentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return Of(RunHistory.Of(events));
    }

    internal static RunMetrics Of(RunHistory run) => new()
    {
        RunId = run.Started.RunId,
        Goal = run.Started.Goal.Text,
        Status = run.Result?.Status,
        Plans = run.Plans.Count,
        Resumptions = run.Resumptions.Count,
        Steps = StepCounts.Of(run),
        Tokens = TokenCounts.Of(run),
        Cost = run.Result?.Cost ?? run.Plans.Sum(plan => plan.Plan.Cost + (plan.Evaluation?.Cost ?? 0)),
        Times = RunTimes.Of(run),
        LongestStep = LongestStep.Of(run),
    };
}

/// <summary>The step of a run that ran longest.</summary>
/// <param name="Plan">The number of its plan, from 1.</param>
/// <param name="Step">Its number in the plan.</param>
/// <param name="Tool">Its tool.</param>
/// <param name="Time">How long it ran, over all parts of the run.</param>
public sealed record LongestStep(
    int Plan,
    int Step,
    string Tool,
    [property: JsonPropertyName("seconds"), JsonConverter(typeof(SecondsConverter))] TimeSpan Time)
{
    internal static LongestStep? Of(RunHistory run) => run.Plans
        .SelectMany((plan, index) => plan.Steps.Where(step => step.Spans.Count > 0 && !step.Step.IsSubGoal)
            .Select(step => new LongestStep(index + 1, step.Step.Number, step.Step.Tool, step.Busy(run.Clock))))
        .MaxBy(step => step.Time);
}
