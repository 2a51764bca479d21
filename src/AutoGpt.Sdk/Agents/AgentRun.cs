using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// The state of one run. It changes only by events: each is stored, then applied, then streamed. Used by one loop at a time.
/// </summary>
internal sealed class AgentRun(
    RunStarted started, IReadOnlyList<AIFunction> tools, IRunJournal journal, TimeProvider time, ChannelWriter<AgentEvent> stream)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<StepResult> _results = [];
    private readonly List<PlanAttempt> _attempts = [];
    private readonly ActionHistory _actions = new(tools);

    // Steps of the current plan that began and of whose end nothing is known yet; and those of which that was so when an earlier part of the run ended.
    private readonly HashSet<int> _running = [];
    private readonly HashSet<int> _interrupted = [];
    private long _sequence;
    private int _stepsStarted;
    private readonly ToolCallBudget _calls = new(started.Limits.MaxToolCalls);
    private int _firstResultOfPlan;
    private Plan? _plan;
    private TimeSpan _before;
    private DateTimeOffset _began;

    public string Id => started.RunId;

    public Goal Goal => started.Goal;

    public AgentLimits Limits => started.Limits;

    /// <summary>The span in which an earlier part of the run began; null in the first part, and where that was not traced.</summary>
    public string? TraceParent => started.TraceParent;

    public int Plans { get; private set; }

    public long Tokens { get; private set; }

    public long TokensLeft => Limits.MaxTokens - Tokens;

    public decimal Cost { get; private set; }

    public decimal CostLeft => Limits.MaxCost - Cost;

    public int StepsLeft => Limits.MaxSteps - _stepsStarted;

    public int ToolCallsLeft => _calls.Left;

    /// <summary>Takes leave for one more call of a step that runs. Thread-safe.</summary>
    public bool TryRetry() => _calls.TryRetry();

    /// <summary>Wall time of the run so far: that of its parts, without the time between them.</summary>
    public TimeSpan Elapsed => _before + time.GetElapsedTime(_start);

    /// <summary>What is left of the limit, from now.</summary>
    public TimeSpan TimeLeft => Limits.MaxDuration > Elapsed ? Limits.MaxDuration - Elapsed : TimeSpan.Zero;

    /// <summary>The plan that the caller wants to begin with; null where there is none, or it was begun with.</summary>
    public Plan? GivenPlan => Plans == 0 ? started.Plan : null;

    /// <summary>The plan that is being carried out; null before it is made and after it was left for another.</summary>
    public Plan? OpenPlan { get; private set; }

    /// <summary>What the open plan's results were judged to be; null until they are.</summary>
    public Evaluation? OpenEvaluation { get; private set; }

    /// <summary>The feedback the next plan is made from, or null.</summary>
    public Feedback? LastFeedback => _attempts is [.., { } last] ? last.Feedback : null;

    /// <summary>The event the run begins with, or goes on with.</summary>
    public AgentEvent Opening => _sequence == 0 ? started with { TraceParent = AgentTelemetry.TraceParent } : new RunResumed([.. _interrupted.Order()]);

    /// <summary>Whether the journal lacks an event: the run is over here, and may go on elsewhere.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Whether an earlier part was being stopped when its process ended: steps that were cancelled may have acted, and no other plan must do it again.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>Takes over what an earlier part of the run did.</summary>
    /// <exception cref="AutoGptException">The events do not follow from each other: somebody else wrote them, or changed them.</exception>
    public void Restore(IEnumerable<AgentEvent> events)
    {
        DateTimeOffset last = default;
        foreach (AgentEvent happened in events)
        {
            // Between the last event of a part and the first of the next nobody worked.
            _before += happened is RunStarted or RunResumed ? TimeSpan.Zero : happened.Timestamp - last;
            last = happened.Timestamp;
            if (!Follows(happened))
            {
                throw new AutoGptException($"The journal's event {happened.Sequence} of run '{Id}' does not follow from those before it.");
            }

            Apply(happened);
        }

        // A sub-goal calls nothing: it is simply gone on with.
        _interrupted.UnionWith(_running.Where(number => !Step(number).IsSubGoal));
        WasStopped = OpenPlan is not null && Done.Any(result => result.Status == StepStatus.Cancelled);
    }

    /// <summary>The results of the current plan's steps that have ended.</summary>
    public IReadOnlyList<StepResult> Done => ResultsOfPlan();

    /// <summary>Whether the step was running when an earlier part of the run ended.</summary>
    public bool MayHaveRun(int step) => _interrupted.Contains(step);

    /// <summary>Whether a step may begin; one that began before has been counted as a step, and calls its tool once more.</summary>
    public bool MayStart(PlanStep step) => (StepsLeft > 0 || _running.Contains(step.Number)) && (step.IsSubGoal ? LimitBeforeModel() is null : ToolCallsLeft > 0 && TokensLeft >= 0 && CostLeft >= 0);

    /// <summary>How the same call – this tool with these very values – failed before, where it did so twice in this run; else null.</summary>
    public string? FailedTwice(PlanStep step) => _actions.FailedTwice(step, ResultsOfPlan);

    /// <summary>How the run goes in circles, in one line; null where it does not.</summary>
    public string? Circle() => _actions.Circle;

    /// <summary>Names a step of the current plan, in whatever part of the run – and of this run alone, whoever else takes its name in another journal –; empty where the run can have no other part.</summary>
    public string KeyOf(int step) => !journal.IsDurable ? "" : string.Create(CultureInfo.InvariantCulture, $"{Id}@{_began.UtcTicks:x}/{Plans}/{step}");

    /// <param name="expanding">The sub-goal that wants steps; null where the open plan, if there is one, is to go on at its end.</param>
    public PlanningContext ForPlanner(PlanStep? expanding = null) => new(Goal, tools)
    {
        Attempts = [.. _attempts],
        Progress = OpenPlan is null ? null : new PlanProgress(OpenPlan, ResultsOfPlan()) { Expanding = expanding },
        StepsLeft = StepsLeft,
        TokensLeft = TokensLeft,
        CostLeft = CostLeft,
        Seed = started.Seed,
    };

    public EvaluationContext ForEvaluator(Plan plan) => new(Goal, plan, ResultsOfPlan())
    {
        Attempts = [.. _attempts],
        TokensLeft = Math.Max(0, TokensLeft),
        CostLeft = Math.Max(0, CostLeft),
        Seed = started.Seed,
    };

    /// <summary>Stores the event, applies it, and streams it.</summary>
    /// <remarks>Not cancelled: what happened is kept whatever becomes of the run.</remarks>
    public async Task RecordAsync(AgentEvent happened)
    {
        AgentEvent stamped = happened with { Sequence = _sequence + 1, Timestamp = time.GetUtcNow() };
        try
        {
            await journal.AppendAsync(Id, stamped, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            IsCutOff = true;
            throw;
        }

        Apply(stamped);
        Stream(stamped);
    }

    /// <summary>Streams the last event although it could not be stored: whoever listens must learn how the run ended.</summary>
    public void StreamUnstored(RunCompleted happened) => Stream(happened with { Sequence = _sequence + 1, Timestamp = time.GetUtcNow() });

    /// <summary>Counts what no event tells of, because the call it was spent on failed.</summary>
    public void Spend(ModelOutputException failure) => (Tokens, Cost) = (Tokens + failure.Tokens, Cost + failure.Cost);

    /// <summary>Which limit leaves no room for asking a model, or null.</summary>
    public string? LimitBeforeModel() => TokensLeft < 1 ? TokenLimit : CostLeft <= 0 ? CostLimit : null;

    /// <summary>Which limit leaves no room for another plan, or null.</summary>
    public string? LimitBeforePlan() =>
        LimitBeforeModel() is { } limit ? limit
        : StepsLeft < 1 || ToolCallsLeft < 1 ? LimitOfSteps
        : Plans > Limits.MaxReplans ? string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxReplans} replans was reached.")
        : null;

    public string TokenLimit => string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxTokens} tokens was reached: {Tokens} were spent.");

    public string CostLimit => string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxCost} for the cost of models was reached: {Cost} was spent.");

    /// <summary>The limit that keeps steps from beginning.</summary>
    public string LimitOfSteps => StepsLeft < 1
        ? string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxSteps} steps was reached.")
        : ToolCallsLeft < 1 ? string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxToolCalls} tool calls was reached.")
        : LimitBeforeModel()!; // What a sub-goal's steps cost to plan.

    public string TimeLimit => string.Create(CultureInfo.InvariantCulture, $"The limit of {Limits.MaxDuration.TotalSeconds:0.###} s was reached.");

    public Feedback FeedbackOf(Evaluation evaluation) => new(evaluation.Reason ?? "The plan did not reach the goal.")
    {
        FailedStep = ResultsOfPlan().Where(result => !result.Succeeded && result.Status != StepStatus.Skipped)
            .Select(result => (int?)result.Number).Min(),
    };

    /// <summary>
    /// Whether to give up on a plan before running it: it is the plan that has just failed, so that nothing changed and its side
    /// effects would happen twice.
    /// </summary>
    public bool JustFailed(Plan plan) => _attempts is [.., { } last] && last.Plan.IsLike(plan);

    /// <summary>Whether an earlier plan of the run was the same and failed the same way: the run goes in circles.</summary>
    public bool FailedBefore(Plan plan, Feedback feedback) =>
        _attempts.Exists(attempt => attempt.Feedback == feedback && attempt.Plan.IsLike(plan));

    public AgentResult End(AgentStatus status, string? reason = null, string? answer = null, string? question = null) => new(Id, status)
    {
        Answer = answer,
        Question = question is null ? null : PrintableText.Of(question),
        Reason = !_interrupted.Overlaps(_running) ? reason is null ? null : PrintableText.Of(reason)
            : PrintableText.Of($"{reason} Step {string.Join(", ", _interrupted.Where(_running.Contains).Order())} was running when an earlier process ended: whether it took effect is not known.").TrimStart(),
        Plan = _plan,
        Steps = [.. _results],
        Remaining = status == AgentStatus.Succeeded ? [] : [.. Remaining()],
        Tokens = Tokens,
        Cost = Cost,
        Plans = Plans,
        Elapsed = Elapsed,
    };

    private bool Follows(AgentEvent happened) => happened switch
    {
        PlanCreated created => created.Plan is not null && OpenPlan is null,
        PlanExtended extended => extended.Extension is not null && OpenPlan is not null && (extended.Parent is not { } parent || _running.Contains(parent)),
        StepStarted started => started.Step is { } step && Knows(step.Number) && Step(step.Number).Tool == step.Tool && !IsDone(step.Number),
        StepCompleted completed => completed.Result is { } result && Knows(result.Number) && !IsDone(result.Number),
        PlanEvaluated evaluated => evaluated.Evaluation is not null && OpenPlan is not null,
        ReplanRequested replan => replan.Feedback is not null && OpenPlan is not null,
        RunCompleted => false,
        _ => true,
    };

    private bool Knows(int step) => OpenPlan is { } plan && step >= 1 && step <= plan.Steps.Count;

    private bool IsDone(int step) => ResultsOfPlan().Any(result => result.Number == step);

    private void Apply(AgentEvent happened)
    {
        _sequence = happened.Sequence;
        switch (happened)
        {
            case RunStarted:
                _began = happened.Timestamp;
                break;
            case PlanCreated { Plan: { } plan }:
                _plan = OpenPlan = plan;
                OpenEvaluation = null;
                _running.Clear();
                _interrupted.Clear();
                Plans++;
                (Tokens, Cost) = (Tokens + plan.Tokens, Cost + plan.Cost);
                _firstResultOfPlan = _results.Count;
                break;
            case PlanExtended { Extension: { } extension } extended:
                _plan = OpenPlan = OpenPlan!.Extend(extension, extended.Parent);
                (Tokens, Cost) = (Tokens + extension.Tokens, Cost + extension.Cost);
                if (extended.Parent is null && extension.Steps.Count > 0)
                {
                    _actions.Decide(ResultsOfPlan()); // Who ends a plan does not go round in it.
                }

                break;
            case StepStarted { Step: { } step }:
                _stepsStarted += _running.Add(step.Number) ? 1 : 0;
                if (!step.IsSubGoal)
                {
                    _calls.Begin();
                }

                break;
            case StepCompleted { Result: { } result } completed:
                (Tokens, Cost) = (Tokens + completed.Tokens, Cost + completed.Cost);
                _calls.End(result.Attempts - 1);
                _actions.Add(Step(result.Number), result, ResultsOfPlan, wasBegun: _running.Remove(result.Number));
                _results.Add(result);
                break;
            case PlanEvaluated { Evaluation: { } evaluation }:
                (Tokens, Cost) = (Tokens + evaluation.Tokens, Cost + evaluation.Cost);
                OpenEvaluation = evaluation;
                break;
            case ReplanRequested { Feedback: { } feedback }:
                _attempts.Add(new PlanAttempt(_plan!, ResultsOfPlan(), feedback));
                _actions.Decide(ResultsOfPlan());
                OpenPlan = null;
                break;
        }
    }

    private void Stream(AgentEvent happened) => stream.TryWrite(happened); // Unbounded: it always takes the event.

    private PlanStep Step(int number) => _plan!.Steps[number - 1];

    // A failure that the planner has seen and gone on from is not work that is left.
    private IEnumerable<PlanStep> Remaining()
    {
        Dictionary<int, StepResult> done = ResultsOfPlan().ToDictionary(result => result.Number);
        int seen = _plan?.ExtendedAfter is [.., int last] ? last : 0;
        return (_plan?.Steps ?? []).Where(step => !done.TryGetValue(step.Number, out StepResult? result) || (!result.Succeeded && step.Number > seen));
    }

    private StepResult[] ResultsOfPlan() => [.. _results.Skip(_firstResultOfPlan)];
}
