using System.Text.Json;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class RunMetricsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Plan Two = Runs.Plan(("a", "{}"), ("b", "{}"));

    [Test]
    public void A_run_with_two_plans_by_hand()
    {
        RunMetrics metrics = RunMetrics.Of(At(
            (0, new RunStarted("r", "goal", new AgentLimits(), 0)),
            (3, new PlanCreated(Two with { Tokens = 100 })),                                   // planning 3
            (4, Begin(1)),                                                                     // other 1
            (5, Begin(2)),                                                                     // tools 1, busy 1
            (9, End(2, StepStatus.Failed)),                                                    // tools 4, busy 8
            (11, End(1)),                                                                      // tools 2, busy 2
            (16, new PlanEvaluated(new Evaluation(Verdict.Replan) { Tokens = 7 })),            // judging 5
            (17, new ReplanRequested(new Feedback("no"))),                                     // other 1
            (19, new PlanCreated(Runs.Plan(("c", "{}"), ("d", "{}")) with { Tokens = 50 })),   // planning 2
            (19, new StepStarted(new PlanStep(1, "c", []))),
            (31, new StepCompleted(new StepResult(1, "c", StepStatus.Refused))),               // tools 12, busy 12
            (32, new StepCompleted(new StepResult(2, "d", StepStatus.Skipped))),               // other 1
            (34, new PlanEvaluated(new Evaluation(Verdict.Accept) { Tokens = 3 })),            // judging 2
            (35, new RunCompleted(new AgentResult("r", AgentStatus.Succeeded) { Tokens = 160 })))); // other 1

        Assert.That(metrics, Is.EqualTo(new RunMetrics
        {
            RunId = "r",
            Goal = "goal",
            Status = AgentStatus.Succeeded,
            Plans = 2,
            Steps = new StepCounts { Planned = 4, Started = 3, Succeeded = 1, Failed = 1, Refused = 1, Skipped = 1, Calls = 3 },
            Tokens = new TokenCounts { Total = 160, Planning = 150, Judging = 10 },
            Times = Times(35, 5, 19, 7, 4, 23),
            LongestStep = new LongestStep(2, 1, "c", TimeSpan.FromSeconds(12)),
        }));
        Assert.That((metrics.Succeeded, metrics.Replans, metrics.Steps.Retries, metrics.Tokens.Lost), Is.EqualTo((true, 1, 0, 0L)));
        Assert.That(metrics.Times.Parallelism, Is.EqualTo(23 / 19.0).Within(1e-12));
    }

    [Test]
    public void A_run_that_was_cut_off_twice_by_hand()
    {
        AgentEvent[] events = At(
            (0, new RunStarted("r", "goal", new AgentLimits(), 0)),
            (1000, new RunResumed([])),                                     // it died while planning, nobody knows when
            (1004, new PlanCreated(Two)),                                   // planning 4
            (1005, Begin(1)),                                               // other 1
            (1007, Begin(2)),                                               // tools 2, busy 2
            (1010, End(2)),                                                 // tools 3, busy 6
            (5000, new RunResumed([1])),
            (5001, Begin(1)),                                               // other 1
            (5009, End(1)),                                                 // tools 8, busy 8
            (5012, new PlanEvaluated(new Evaluation(Verdict.Accept))));     // judging 3
        RunMetrics metrics = RunMetrics.Of(events);
        Assert.That(metrics.Times, Is.EqualTo(Times(22, 4, 13, 3, 2, 16)));
        Assert.That((metrics.Status, metrics.Succeeded, metrics.Resumptions, metrics.Steps.Calls, metrics.Steps.Retries), Is.EqualTo(((AgentStatus?)null, false, 2, 3, 1)));
        Assert.That(metrics.LongestStep, Is.EqualTo(new LongestStep(1, 1, "a", TimeSpan.FromSeconds(13))), "both of its parts");

        metrics = RunMetrics.Of(events.Take(6));
        Assert.That(metrics.Times, Is.EqualTo(Times(10, 4, 5, 0, 1, 8)));
        Assert.That(metrics.Steps, Is.EqualTo(new StepCounts { Planned = 2, Started = 2, Succeeded = 1, Unfinished = 1, Calls = 2 }));
        metrics = RunMetrics.Of(events.Take(3));
        Assert.That(metrics.Steps, Is.EqualTo(new StepCounts { Planned = 2, NotReached = 2 }));
        Assert.That((metrics.LongestStep, metrics.Times.Parallelism), Is.EqualTo(((LongestStep?)null, (double?)null)));
    }

    [Test]
    public void What_ends_while_planning_or_judging_is_planning_or_judging()
    {
        AgentResult failed = new("r", AgentStatus.Failed) { Tokens = 90 };
        RunMetrics planning = RunMetrics.Of(At((0, new RunStarted("r", "g", new AgentLimits(), 0)), (5, new RunCompleted(failed))));
        Assert.That((planning.Times, planning.Tokens.Lost, planning.Plans, planning.Replans), Is.EqualTo((Times(5, 5, 0, 0, 0, 0), 90L, 0, 0)));

        RunMetrics judging = RunMetrics.Of(At((0, new RunStarted("r", "g", new AgentLimits(), 0)), (1, new PlanCreated(Runs.Plan(("a", "{}")) with { Tokens = 60 })), (1, Begin(1)), (2, End(1)), (9, new RunCompleted(failed))));
        Assert.That((judging.Times, judging.Tokens.Lost), Is.EqualTo((Times(9, 1, 1, 7, 0, 1), 30L)));

        RunMetrics stopped = RunMetrics.Of(At((0, new RunStarted("r", "g", new AgentLimits(), 0)), (1, new PlanCreated(Runs.Plan(("a", "{}")))), (1, Begin(1)), (2, End(1, StepStatus.Cancelled)), (9, new RunCompleted(failed))));
        Assert.That(stopped.Times, Is.EqualTo(Times(9, 1, 1, 0, 7, 1)), "what was cancelled is not judged");

        RunMetrics asked = RunMetrics.Of(At((0, new RunStarted("r", "g", new AgentLimits(), 0)), (1, new PlanCreated(Plan.Ask("which?"))), (3, new RunCompleted(failed))));
        Assert.That(asked.Times, Is.EqualTo(Times(3, 1, 0, 0, 2, 0)));
    }

    [Test]
    public void A_clock_that_is_set_back_takes_no_time_away()
    {
        RunMetrics metrics = RunMetrics.Of(At((0, new RunStarted("r", "g", new AgentLimits(), 0)), (10, new PlanCreated(Two)), (-3600, Begin(1)), (-3590, End(1))));
        Assert.That(metrics.Times, Is.EqualTo(Times(20, 10, 10, 0, 0, 10)));
    }

    /// <summary>
    /// Runs that are made up from what happens in them – phases of so many seconds, crashes in between – and so know their figures without looking at events.
    /// </summary>
    [Test]
    public void Made_up_runs_give_back_what_they_were_made_of([Range(1, 60)] int seed)
    {
        MadeUpRun run = new(seed);
        RunMetrics metrics = RunMetrics.Of(run.Events);
        Assert.That(metrics.Times, Is.EqualTo(run.Expected));
        Assert.That(metrics.Resumptions, Is.EqualTo(run.Crashes));
        Assert.That(metrics.Tokens.Planning, Is.EqualTo(run.PlanningTokens));
        StepCounts steps = metrics.Steps;
        Assert.That(steps.Succeeded + steps.Failed + steps.Refused + steps.TimedOut + steps.Cancelled + steps.Unknown + steps.Skipped + steps.Unfinished + steps.NotReached, Is.EqualTo(steps.Planned));
        RunTimes times = metrics.Times;
        Assert.That(times.Planning + times.Tools + times.Judging + times.Other, Is.EqualTo(times.Elapsed));
        Assert.That(times.Busy, Is.GreaterThanOrEqualTo(times.Tools).And.LessThanOrEqualTo(times.Tools * MadeUpRun.MostAtOnce));
        Assert.That(metrics.LongestStep?.Time ?? TimeSpan.Zero, Is.LessThanOrEqualTo(times.Tools));

        // Every beginning of a run has figures, too, and none of them ever goes down.
        RunMetrics before = RunMetrics.Of(run.Events.Take(1));
        for (int count = 2; count <= run.Events.Count; count++)
        {
            RunMetrics now = RunMetrics.Of(run.Events.Take(count));
            Assert.That((now.Times.Elapsed, now.Times.Tools, now.Times.Planning, now.Times.Judging, now.Steps.Calls), Is.EqualTo(
                (Max(now.Times.Elapsed, before.Times.Elapsed), Max(now.Times.Tools, before.Times.Tools), Max(now.Times.Planning, before.Times.Planning), Max(now.Times.Judging, before.Times.Judging), Math.Max(now.Steps.Calls, before.Steps.Calls))));
            before = now;
        }

        string json = JsonSerializer.Serialize(metrics, ReportingJsonContext.Default.RunMetrics);
        Assert.That(JsonSerializer.Deserialize(json, ReportingJsonContext.Default.RunMetrics), Is.EqualTo(metrics));

        static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }

    [Test]
    public void Json_is_made_for_other_programs()
    {
        RunMetrics metrics = RunMetrics.Of(At((0, new RunStarted("r", "goal", new AgentLimits(), 0)), (1.25, new PlanCreated(Two with { Tokens = 5 })), (1.5, Begin(1)), (1.5000001, End(1, StepStatus.TimedOut))));
        Assert.That(JsonSerializer.Serialize(metrics, ReportingJsonContext.Default.RunMetrics), Is.EqualTo(
            """
            {"run":"r","goal":"goal","succeeded":false,"plans":1,"replans":0,"resumptions":0,
            "steps":{"planned":2,"started":1,"succeeded":0,"failed":0,"refused":0,"timedOut":1,"cancelled":0,"unknown":0,"skipped":0,"unfinished":0,"notReached":1,"calls":1,"retries":0},
            "tokens":{"total":5,"planning":5,"judging":0,"lost":0},"cost":0,
            "times":{"elapsedSeconds":1.5000001,"planningSeconds":1.25,"toolsSeconds":0.0000001,"judgingSeconds":0,"otherSeconds":0.25,"busySeconds":0.0000001,"parallelism":1},
            "longestStep":{"plan":1,"step":1,"tool":"a","seconds":0.0000001}}
            """.ReplaceLineEndings("")));
        Assert.That(() => JsonSerializer.Deserialize("""{"elapsedSeconds":1e27}""", ReportingJsonContext.Default.RunTimes), Throws.InstanceOf<JsonException>());
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task The_figures_of_an_agent_are_those_of_its_result(CancellationToken cancellationToken)
    {
        FakeTimeProvider clock = new(Noon);
        TestTool Slow(string name, int seconds) => new(name, TestTool.Empty, (_, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            return seconds == 5 ? throw new InvalidOperationException("no") : Task.FromResult<object?>(name);
        });
        ScriptedPlanner script = new(Runs.Plan(("bad", "{}"), ("good", """{}""")) with { Tokens = 11 }, Runs.Plan(("good", "{}"), ("good", "{}")) with { Tokens = 13 });
        RecordingJournal journal = new();
        AutonomousAgent agent = Runs.Agent(new SlowPlanner(script, clock), [Slow("good", 3), Slow("bad", 5)], parts =>
        {
            parts.Journal = journal;
            parts.TimeProvider = clock;
            parts.Options.MaxParallelSteps = 1;
        });
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        RunMetrics metrics = RunMetrics.Of(journal.Events);
        Assert.That((metrics.Status, metrics.Tokens.Total, metrics.Times.Elapsed, metrics.Plans), Is.EqualTo((result.Status, result.Tokens, result.Elapsed, result.Plans)));
        Assert.That(metrics.Times, Is.EqualTo(Times(18, 4, 14, 0, 0, 14)));
        Assert.That(metrics.Steps, Is.EqualTo(new StepCounts { Planned = 4, Started = 4, Succeeded = 3, Failed = 1, Calls = 4 }));
    }

    private static RunTimes Times(int elapsed, int planning, int tools, int judging, int other, int busy) => new()
    {
        Elapsed = TimeSpan.FromSeconds(elapsed),
        Planning = TimeSpan.FromSeconds(planning),
        Tools = TimeSpan.FromSeconds(tools),
        Judging = TimeSpan.FromSeconds(judging),
        Other = TimeSpan.FromSeconds(other),
        Busy = TimeSpan.FromSeconds(busy),
    };

    private static StepStarted Begin(int number) => new(new PlanStep(number, number == 1 ? "a" : "b", []));

    private static StepCompleted End(int number, StepStatus status = StepStatus.Succeeded) => new(new StepResult(number, number == 1 ? "a" : "b", status));

    private static AgentEvent[] At(params (double Second, AgentEvent Event)[] events) =>
        [.. events.Select((pair, index) => pair.Event with { Sequence = index + 1, Timestamp = Noon + TimeSpan.FromTicks((long)Math.Round(pair.Second * TimeSpan.TicksPerSecond)) })];

    private sealed class SlowPlanner(IPlanner planner, FakeTimeProvider clock) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return planner.PlanAsync(context, cancellationToken);
        }
    }
}
