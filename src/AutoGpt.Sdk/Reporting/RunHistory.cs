namespace AutoGpt.Sdk;

/// <summary>A run as its events tell it, in the order in which things happened.</summary>
/// <param name="Started">How it began.</param>
internal sealed record RunHistory(RunStarted Started)
{
    private readonly List<PlanHistory> _plans = [];
    private readonly List<RunResumed> _resumptions = [];

    public IReadOnlyList<PlanHistory> Plans => _plans;

    public IReadOnlyList<RunResumed> Resumptions => _resumptions;

    /// <summary>When the last event was.</summary>
    public DateTimeOffset Last { get; private set; } = Started.Timestamp;

    /// <summary>What came of it; null while it runs, or where its process ended before it.</summary>
    public AgentResult? Result { get; private set; }

    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>.</exception>
    public static RunHistory Of(IEnumerable<AgentEvent> events)
    {
        RunHistory? run = null;
        foreach (AgentEvent happened in events)
        {
            if (run is null)
            {
                run = new RunHistory(happened as RunStarted ?? throw new ArgumentException("The events of a run begin with how it started.", nameof(events)));
                continue;
            }

            run.Add(happened);
        }

        return run ?? throw new ArgumentException("There are no events.", nameof(events));
    }

    private void Add(AgentEvent happened)
    {
        switch (happened)
        {
            case RunResumed resumed:
                _resumptions.Add(resumed);
                break;
            case PlanCreated created:
                _plans.Add(new PlanHistory(created, after: Last));
                break;
            case PlanExtended extended when _plans is [.., { } plan]:
                plan.Extend(extended, after: Last);
                break;
            case StepStarted started when _plans is [.., { } plan]:
                plan.Step(started.Step.Number).Starts.Add(started.Timestamp);
                break;
            case StepCompleted completed when _plans is [.., { } plan]:
                plan.Step(completed.Result.Number).End(completed);
                break;
            case PlanEvaluated evaluated when _plans is [.., { } plan]:
                plan.Evaluated = evaluated;
                break;
            case ReplanRequested replan when _plans is [.., { } plan]:
                plan.Feedback = replan.Feedback;
                break;
            case RunCompleted completed:
                Result = completed.Result;
                break;
        }

        Last = happened.Timestamp;
    }
}

/// <summary>A plan of a run and what became of it.</summary>
internal sealed class PlanHistory(PlanCreated created, DateTimeOffset after)
{
    private readonly SortedDictionary<int, StepHistory> _steps = new(created.Plan.Steps.ToDictionary(step => step.Number, step => new StepHistory(step)));

    public Plan Plan { get; private set; } = created.Plan;

    public DateTimeOffset Made => created.Timestamp;

    /// <summary>From the event before to the plan, and to each of its extensions.</summary>
    public TimeSpan Planning { get; private set; } = created.Timestamp - after;

    public IReadOnlyCollection<StepHistory> Steps => _steps.Values;

    public PlanEvaluated? Evaluated { get; set; }

    public Feedback? Feedback { get; set; }

    public void Extend(PlanExtended extended, DateTimeOffset after)
    {
        Plan = Plan.Extend(extended.Extension, extended.Parent);
        Planning += extended.Timestamp - after;
        foreach (PlanStep step in Plan.Steps.Where(step => !_steps.ContainsKey(step.Number)))
        {
            _steps.Add(step.Number, new StepHistory(step));
        }
    }

    public StepHistory Step(int number) => _steps[number];
}

/// <summary>A step of a plan and what became of it.</summary>
internal sealed class StepHistory(PlanStep step)
{
    public PlanStep Step => step;

    /// <summary>When its tool was about to be called: more than once where a process ended in between, never where the step was skipped.</summary>
    public List<DateTimeOffset> Starts { get; } = [];

    public StepResult? Result { get; private set; }

    public DateTimeOffset? Ended { get; private set; }

    public void End(StepCompleted completed) => (Result, Ended) = (completed.Result, completed.Timestamp);
}
