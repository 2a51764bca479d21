namespace AutoGpt.Sdk;

/// <summary>
/// A run as its events tell it, in the order in which things happened. Times are on the run's own clock: it stands still between a part of the run and the next, and never goes back.
/// </summary>
/// <param name="Started">How it began.</param>
internal sealed record RunHistory(RunStarted Started)
{
    private readonly List<PlanHistory> _plans = [];
    private readonly List<Resumption> _resumptions = [];
    private readonly List<StepHistory> _running = [];
    private DateTimeOffset _last = Started.Timestamp;

    private PlanHistory? Current => _plans is [.., { } last] ? last : null;

    public IReadOnlyList<PlanHistory> Plans => _plans;

    public IReadOnlyList<Resumption> Resumptions => _resumptions;

    /// <summary>The run's clock: how long its parts took, up to the last event.</summary>
    public TimeSpan Clock { get; private set; }

    /// <summary>What the time went into.</summary>
    public PhaseTimes Times { get; } = new();

    /// <summary>What came of it; null while it runs, or where its process ended before it.</summary>
    public AgentResult? Result { get; private set; }

    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    /// <exception cref="AutoGptException">The events are not those of a run: one is not whole, or tells of what is not there.</exception>
    public static RunHistory Of(IEnumerable<AgentEvent> events)
    {
        RunHistory? run = null;
        long number = 0;
        foreach (AgentEvent happened in events)
        {
            number++;
            if (run is null && happened is not RunStarted)
            {
                throw new ArgumentException("The events of a run begin with how it started.", nameof(events));
            }

            if (!EventCheck.IsWhole(happened))
            {
                throw new AutoGptException($"Event {number} of the run is not whole: the journal is damaged.");
            }

            if (run is null)
            {
                run = new RunHistory((RunStarted)happened);
            }
            else if (!run.Follows(happened))
            {
                throw new AutoGptException($"Event {number} of the run does not follow from those before it: the journal is damaged.");
            }
            else
            {
                run.Add(happened, number);
            }
        }

        return run ?? throw new ArgumentException("There are no events.", nameof(events));
    }

    // Nothing comes after the end, and nothing happens to a plan or a step that is not there.
    private bool Follows(AgentEvent happened) => Result is null && happened switch
    {
        RunStarted => false,
        PlanExtended extended => Current is { } plan && (extended.Parent is not { } parent || plan.Step(parent) is { Step.IsSubGoal: true }),
        StepStarted started => Current?.Step(started.Step.Number) is not null,
        StepCompleted completed => Current?.Step(completed.Result.Number) is not null,
        PlanEvaluated or ReplanRequested => Current is not null,
        _ => true,
    };

    private void Add(AgentEvent happened, long number)
    {
        try
        {
            Pass(happened);
        }
        catch (OverflowException error)
        {
            throw new AutoGptException($"The time of event {number} of the run cannot be: the journal is damaged.", error);
        }

        switch (happened)
        {
            case RunResumed resumed:
                _resumptions.Add(new Resumption(resumed, Clock));
                _running.ForEach(step => step.CutOff(Clock));
                _running.Clear();
                break;
            case PlanCreated created:
                _plans.Add(new PlanHistory(created.Plan, Clock, Times.SinceLast(RunPhase.Planning)));
                break;
            case PlanExtended extended:
                Current!.Extend(extended, Times.SinceLast(RunPhase.Planning));
                break;
            case StepStarted started:
                StepHistory begun = Current!.Step(started.Step.Number)!;
                begun.Begin(Clock);
                _running.Remove(begun);
                if (!begun.Step.IsSubGoal)
                {
                    _running.Add(begun); // A sub-goal runs nothing itself.
                }

                break;
            case StepCompleted completed:
                StepHistory ended = Current!.Step(completed.Result.Number)!;
                Current.End(ended, completed.Result, Clock);
                _running.Remove(ended);
                break;
            case PlanEvaluated evaluated:
                (Current!.Evaluation, Current.Judging) = (evaluated.Evaluation, Times.SinceLast(RunPhase.Judging));
                break;
            case ReplanRequested replan:
                Current!.Feedback = replan.Feedback;
                break;
            case RunCompleted completed:
                Result = completed.Result;
                break;
        }
    }

    // Between the last event of a part and the first of the next nobody worked; and a system's clock can be set back.
    private void Pass(AgentEvent happened)
    {
        TimeSpan passed = happened is RunResumed || happened.Timestamp < _last ? TimeSpan.Zero : happened.Timestamp - _last;
        Times.Add(Phase(), passed, _running.Count);
        Clock += passed;
        _last = happened.Timestamp;
    }

    private RunPhase Phase() => _running.Count > 0 ? RunPhase.Tools
        : Current is not { Feedback: null } plan || plan.IsBeingExtended ? RunPhase.Planning
        : plan is { Evaluation: null, IsDone: true } ? RunPhase.Judging
        : RunPhase.Other;
}

/// <summary>A run went on.</summary>
/// <param name="Event">What was known of it.</param>
/// <param name="At">When, on the run's clock.</param>
internal sealed record Resumption(RunResumed Event, TimeSpan At);

/// <summary>A plan of a run and what became of it.</summary>
internal sealed class PlanHistory
{
    private readonly List<StepHistory> _steps;
    private readonly Dictionary<int, StepHistory> _byNumber = [];
    private int _done;

    public PlanHistory(Plan plan, TimeSpan made, TimeSpan planning)
    {
        (Plan, Made, Planning) = (plan, made, planning);
        _steps = [.. plan.Steps.Select(step => new StepHistory(step))];
        foreach (StepHistory step in _steps)
        {
            _byNumber.TryAdd(step.Step.Number, step); // A plan that was found to be invalid, and never ran, may have two steps of one number.
        }
    }

    /// <summary>The plan with all it was extended by.</summary>
    public Plan Plan { get; private set; }

    public TimeSpan Made { get; }

    /// <summary>The time it took to make the plan and all it was extended by.</summary>
    public TimeSpan Planning { get; private set; }

    public TimeSpan Judging { get; set; }

    public IReadOnlyList<StepHistory> Steps => _steps;

    public Evaluation? Evaluation { get; set; }

    public Feedback? Feedback { get; set; }

    /// <summary>Whether every step has ended, and in such a way that the plan is judged.</summary>
    public bool IsDone => (_steps.Count > 0 || Plan.Answer is not null) && _done == _steps.Count && !IsBeingExtended;

    /// <summary>Whether the planner is at work on it: its steps have ended and it goes on, or a sub-goal was begun and has no parts yet.</summary>
    public bool IsBeingExtended => (Plan.Continues && Evaluation is null && _done == _steps.Count)
        || _steps.Exists(step => step.Step.IsSubGoal && step.HasBegun && step.Result is null && !_steps.Exists(part => part.Step.Parent == step.Step.Number));

    public void Extend(PlanExtended extended, TimeSpan planning)
    {
        Plan = Plan.Extend(extended.Extension, extended.Parent);
        Planning += planning;
        foreach (PlanStep step in Plan.Steps.Skip(_steps.Count))
        {
            StepHistory added = new(step);
            _steps.Add(added);
            _byNumber.TryAdd(step.Number, added);
        }
    }

    public StepHistory? Step(int number) => _byNumber.GetValueOrDefault(number);

    public void End(StepHistory step, StepResult result, TimeSpan at)
    {
        _done += step.Result is null && result.Status is not (StepStatus.Cancelled or StepStatus.Unknown) ? 1 : 0;
        step.End(result, at);
    }
}

/// <summary>A step of a plan and what became of it.</summary>
internal sealed class StepHistory(PlanStep step)
{
    private readonly List<StepSpan> _spans = [];

    public PlanStep Step => step;

    /// <summary>When it ran: more than once where a process ended in between, never where the step was skipped.</summary>
    public IReadOnlyList<StepSpan> Spans => _spans;

    public StepResult? Result { get; private set; }

    public bool HasBegun => _spans.Count > 0;

    /// <summary>How often its tool was called.</summary>
    public int Calls => step.IsSubGoal || _spans.Count == 0 ? 0 : _spans.Count - 1 + (Result?.Attempts ?? 1);

    public void Begin(TimeSpan at)
    {
        CutOff(at);
        _spans.Add(new StepSpan(at, null, IsCutOff: false));
    }

    /// <summary>Its process ended at this time or after it.</summary>
    public void CutOff(TimeSpan at) => Close(at, isCutOff: true);

    public void End(StepResult result, TimeSpan at)
    {
        Result = result;
        Close(at, isCutOff: false);
    }

    private void Close(TimeSpan at, bool isCutOff)
    {
        if (_spans is [.., { To: null } last])
        {
            _spans[^1] = last with { To = at, IsCutOff = isCutOff };
        }
    }

    /// <summary>How long it ran, up to now where it still runs.</summary>
    public TimeSpan Busy(TimeSpan now) => new(_spans.Sum(span => ((span.To ?? now) - span.From).Ticks));
}

/// <summary>A step ran.</summary>
/// <param name="From">From when, on the run's clock.</param>
/// <param name="To">Until when; null while it runs.</param>
/// <param name="IsCutOff">Whether its process ended before it: then it ran until then at least.</param>
internal readonly record struct StepSpan(TimeSpan From, TimeSpan? To, bool IsCutOff);
