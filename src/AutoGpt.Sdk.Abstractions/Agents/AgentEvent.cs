using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// Something that happened in a run. Events are what a journal stores and what a user interface shows: plain records that
/// serialise to JSON under a closed set of discriminators (<c>type</c>), with no type names in them.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunStarted), "runStarted")]
[JsonDerivedType(typeof(RunResumed), "runResumed")]
[JsonDerivedType(typeof(PlanCreated), "planCreated")]
[JsonDerivedType(typeof(PlanExtended), "planExtended")]
[JsonDerivedType(typeof(StepStarted), "stepStarted")]
[JsonDerivedType(typeof(StepCompleted), "stepCompleted")]
[JsonDerivedType(typeof(PlanEvaluated), "planEvaluated")]
[JsonDerivedType(typeof(ReplanRequested), "replanRequested")]
[JsonDerivedType(typeof(RunCompleted), "runCompleted")]
public abstract record AgentEvent
{
    /// <summary>Position in the run, from 1, without gaps.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened, by the agent's time provider.</summary>
    public DateTimeOffset Timestamp { get; init; }
}

/// <summary>A run began.</summary>
/// <param name="RunId">Names the run.</param>
/// <param name="Goal">What is wanted.</param>
/// <param name="Limits">The bounds of the run.</param>
/// <param name="Seed">The seed of the run.</param>
public sealed record RunStarted(string RunId, Goal Goal, AgentLimits Limits, int Seed) : AgentEvent
{
    /// <summary>What the caller keeps beside the run: <see cref="AgentRunOptions.Properties"/>.</summary>
    public IReadOnlyDictionary<string, string>? Properties { get; init; }

    /// <summary>The plan to begin with, where the caller gave one: <see cref="AgentRunOptions.Plan"/>.</summary>
    public Plan? Plan { get; init; }

    /// <summary>The span in which the run began, as a W3C trace parent: a part that goes on in another process links to it. Null where nobody traced.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>A run whose process had ended goes on, with what the journal holds of it. Who stores this event has the run: another who resumes it at the same time is refused.</summary>
/// <param name="InFlight">Steps of the current plan that had begun and whose end is not known.</param>
public sealed record RunResumed(IReadOnlyList<int> InFlight) : AgentEvent;

/// <summary>The planner made a plan.</summary>
/// <param name="Plan">The plan.</param>
public sealed record PlanCreated(Plan Plan) : AgentEvent;

/// <summary>The plan that is being carried out got more steps.</summary>
/// <param name="Extension">The steps, numbered on from the last of the plan; or a question, or an answer.</param>
/// <param name="Parent">The number of the sub-goal they are to reach; null for steps at the end of the plan.</param>
public sealed record PlanExtended(Plan Extension, int? Parent = null) : AgentEvent;

/// <summary>A step is about to run. Stored before the step's tool is called.</summary>
/// <param name="Step">The step, with references in its arguments still unresolved.</param>
public sealed record StepStarted(PlanStep Step) : AgentEvent;

/// <summary>A step ended.</summary>
/// <param name="Result">What came of it.</param>
public sealed record StepCompleted(StepResult Result) : AgentEvent
{
    /// <summary>Model tokens that were spent in vain on steps for a sub-goal. Default 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Tokens { get; init; }

    /// <summary>What they cost, in the currency of the model's prices. Default 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Cost { get; init; }
}

/// <summary>The results of a plan were judged.</summary>
/// <param name="Evaluation">The judgement.</param>
public sealed record PlanEvaluated(Evaluation Evaluation) : AgentEvent;

/// <summary>The next plan is to be made from this feedback.</summary>
/// <param name="Feedback">What went wrong and what to mind.</param>
public sealed record ReplanRequested(Feedback Feedback) : AgentEvent;

/// <summary>The run ended. Always the last event.</summary>
/// <param name="Result">What came of the run.</param>
public sealed record RunCompleted(AgentResult Result) : AgentEvent;
