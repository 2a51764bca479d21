namespace AutoGpt.Sdk.Tests;

/// <summary>A run that is made up second by second. What each second is spent on is decided first; the events follow from it.</summary>
internal sealed class MadeUpRun
{
    public const int MostAtOnce = 3;

    private readonly Random _random;
    private readonly List<AgentEvent> _events = [];
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private DateTimeOffset _lastEvent;
    private readonly int _planning, _judging;
    private int _tools, _other, _busy;

    public MadeUpRun(int seed)
    {
        _random = new Random(seed);
        Add(new RunStarted("r", "goal", new AgentLimits(), seed));
        int plans = _random.Next(1, 4);
        for (int plan = 1; plan <= plans; plan++)
        {
            while (MayCrash())
            {
                Crash([]);
            }

            _planning += Wait();
            int steps = _random.Next(1, 8), tokens = _random.Next(100);
            PlanningTokens += tokens;
            Plan made = Runs.Plan([.. Enumerable.Range(1, steps).Select(step => ($"tool{step}", "{}"))]) with { Tokens = tokens };
            Add(new PlanCreated(made));
            Steps(made);
            if (plan == plans && _random.Next(3) == 0)
            {
                return; // It is running, or nobody has gone on with it.
            }

            while (MayCrash())
            {
                Crash([]);
            }

            _judging += Wait();
            Add(new PlanEvaluated(new Evaluation(plan == plans ? Verdict.Accept : Verdict.Replan)));
            while (MayCrash())
            {
                Crash([]);
            }

            _other += Wait();
            Add(plan == plans ? new RunCompleted(new AgentResult("r", AgentStatus.Succeeded) { Tokens = PlanningTokens }) : new ReplanRequested(new Feedback("more")));
        }
    }

    public IReadOnlyList<AgentEvent> Events => _events;

    public int Crashes { get; private set; }

    public long PlanningTokens { get; private set; }

    public RunTimes Expected => new()
    {
        Elapsed = TimeSpan.FromSeconds(_planning + _tools + _judging + _other),
        Planning = TimeSpan.FromSeconds(_planning),
        Tools = TimeSpan.FromSeconds(_tools),
        Judging = TimeSpan.FromSeconds(_judging),
        Other = TimeSpan.FromSeconds(_other),
        Busy = TimeSpan.FromSeconds(_busy),
    };

    private void Steps(Plan plan)
    {
        List<PlanStep> waiting = [.. plan.Steps], running = [];
        while (waiting.Count > 0 || running.Count > 0)
        {
            if (MayCrash())
            {
                Crash(running);
                waiting.InsertRange(0, running);
                running.Clear();
            }

            int passed = Wait();
            _tools += running.Count > 0 ? passed : 0;
            _other += running.Count > 0 ? 0 : passed;
            _busy += passed * running.Count;
            if (waiting.Count > 0 && running.Count < MostAtOnce && _random.Next(2) == 0)
            {
                PlanStep step = waiting[0];
                waiting.RemoveAt(0);
                running.Add(step);
                Add(new StepStarted(step));
            }
            else if (running.Count > 0)
            {
                PlanStep step = running[_random.Next(running.Count)];
                running.Remove(step);
                Add(new StepCompleted(new StepResult(step.Number, step.Tool, _random.Next(4) == 0 ? StepStatus.Failed : StepStatus.Succeeded)));
            }
            else
            {
                Add(new StepCompleted(new StepResult(waiting[0].Number, waiting[0].Tool, StepStatus.Skipped)));
                waiting.RemoveAt(0);
            }
        }
    }

    private bool MayCrash() => _random.Next(6) == 0;

    // What it did since its last event is lost, and so is how long it did it.
    private void Crash(List<PlanStep> running)
    {
        _now = _lastEvent.AddSeconds(_random.Next(1, 100_000));
        Crashes++;
        Add(new RunResumed([.. running.Select(step => step.Number)]));
    }

    private int Wait()
    {
        int seconds = _random.Next(5);
        _now = _now.AddSeconds(seconds);
        return seconds;
    }

    private void Add(AgentEvent happened)
    {
        _events.Add(happened with { Sequence = _events.Count + 1, Timestamp = _now });
        _lastEvent = _now;
    }
}
