using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class RunReplayTests
{
    private static readonly Plan First = Plan(("a", "{}"), ("b", "{}"), ("join", """{"text":"$1"}"""), ("bad", "{}"), ("join", """{"text":"$4"}"""));
    private static readonly Plan Second = Plan(("b", "{}"), ("join", """{"text":"$1"}"""));

    [Test]
    public async Task A_run_goes_as_recorded_and_no_tool_is_called(CancellationToken cancellationToken)
    {
        (IReadOnlyList<AgentEvent> events, AgentResult was) = await RecordAsync([First, Second], cancellationToken);
        World world = new([First, Second]);
        ReplayResult replay = await RunReplay.ReplayAsync(world.Parts, events, cancellationToken);
        Assert.That((replay.IsSame, replay.Difference), Is.EqualTo((true, (string?)null)));
        Assert.That((replay.Result.Status, replay.Result.Answer, replay.Result.RunId), Is.EqualTo((was.Status, was.Answer, was.RunId)));
        Assert.That(world.Calls, Is.Zero);
        Assert.That(world.Journal.Events, Is.Empty, "the record stays as it is");
    }

    [Test]
    public async Task The_first_difference_is_named(CancellationToken cancellationToken)
    {
        (IReadOnlyList<AgentEvent> events, _) = await RecordAsync([First, Second], cancellationToken);
        async Task<string?> DifferenceAsync(World world, IReadOnlyList<AgentEvent>? record = null) => (await RunReplay.ReplayAsync(world.Parts, record ?? events, cancellationToken)).Difference;

        Assert.That(await DifferenceAsync(new World([Second])), Is.EqualTo("Plan 1 is another one."));
        Assert.That(await DifferenceAsync(new World([First, First])), Does.StartWith("Plan 2 is another one."));
        Assert.That(await DifferenceAsync(new World([First])), Does.StartWith("2 plans were recorded, 1 made now"));
        World lenient = new([First, Second]);
        lenient.Parts.Evaluator = new Accepting();
        Assert.That(await DifferenceAsync(lenient), Is.EqualTo("Plan 1 was judged otherwise."));
        AgentEvent[] other = [.. events.Take(events.Count - 1), new RunCompleted(((RunCompleted)events[^1]).Result with { Answer = "other" })];
        Assert.That(await DifferenceAsync(new World([First, Second]), other), Does.StartWith("The run ended with Succeeded instead of Succeeded, or with another answer"));
    }

    [Test]
    public async Task A_run_that_began_with_a_given_plan_begins_with_it_again(CancellationToken cancellationToken)
    {
        World recorded = new([]);
        await new AutonomousAgent(recorded.Parts).RunAsync("goal", new AgentRunOptions { Plan = Second }, cancellationToken);
        Assert.That((await RunReplay.ReplayAsync(new World([]).Parts, recorded.Journal.Events, cancellationToken)).Difference, Is.Null);
    }

    [Test]
    public async Task A_run_that_has_not_ended_is_refused(CancellationToken cancellationToken)
    {
        (IReadOnlyList<AgentEvent> events, _) = await RecordAsync([Second], cancellationToken);
        Assert.That(() => RunReplay.ReplayAsync(new World([Second]).Parts, [.. events.SkipLast(1)], cancellationToken), Throws.ArgumentException.With.Message.Contains("has not ended"));
        Assert.That(() => RunReplay.ReplayAsync(new World([Second]).Parts, events, new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Steps_that_the_record_does_not_have_fail(CancellationToken cancellationToken)
    {
        (IReadOnlyList<AgentEvent> events, _) = await RecordAsync([Second], cancellationToken);
        RecordedStepExecutor executor = new(events);
        TestTool tool = new("b");
        StepContext Step(int number, string name) => new("r", new PlanStep(number, name, []), tool, [], TimeSpan.FromSeconds(1));
        Assert.That((await executor.ExecuteAsync(Step(1, "other"), cancellationToken)).Status, Is.EqualTo(StepStatus.Failed));
        Assert.That((await executor.ExecuteAsync(Step(1, "b"), cancellationToken)).Text, Is.EqualTo("b"));
        Assert.That((await executor.ExecuteAsync(Step(1, "b"), cancellationToken)).Error, Does.Contain("no such step"));
        Assert.That((await executor.ExecuteAsync(Step(9, "b"), cancellationToken)).Error, Does.Contain("no such step"));
    }

    // Three plans whose steps have the same numbers and tools, and differ in their arguments alone: a result belongs to the call that gave it.
    [Test]
    public async Task A_result_is_given_for_the_call_that_gave_it_and_no_other(CancellationToken cancellationToken)
    {
        Plan[] plans =
        [
            Plan(("join", """{"text":"one"}"""), ("bad", "{}")), Plan(("join", """{"text":"two"}"""), ("bad", "{}"), ("join", """{"text":"$2"}""")), Plan(("join", """{"text":"one"}""")),
        ];
        (IReadOnlyList<AgentEvent> events, _) = await RecordAsync(plans, cancellationToken);
        Assert.That((await RunReplay.ReplayAsync(new World(plans).Parts, events, cancellationToken)).Difference, Is.Null);

        RecordedStepExecutor executor = new(events);
        TestTool tool = new("join");
        async Task<string> GiveAsync(string text)
        {
            StepResult result = await executor.ExecuteAsync(new StepContext("r", Plan(("join", $$"""{"text":"{{text}}"}""")).Steps[0], tool, [], TimeSpan.FromSeconds(1)), cancellationToken);
            return result.Succeeded ? result.Text : result.Error!;
        }

        Assert.That(await GiveAsync("three"), Does.Contain("no such step"), "arguments that were never given have no result");
        Assert.That(await GiveAsync("two"), Is.EqualTo("two!"), "though another plan's step of this number comes before it");
        Assert.That((await GiveAsync("one"), await GiveAsync("one")), Is.EqualTo(("one!", "one!")), "recorded twice, in the first plan and the third");
        Assert.That(await GiveAsync("one"), Does.Contain("no such step"));
    }

    // Skipped steps, a limit in the middle of a plan, and a plan that asks.
    [Test]
    public async Task Runs_that_end_otherwise_are_played_again_too(CancellationToken cancellationToken)
    {
        (Plan[] Plans, int MaxSteps, AgentStatus Status)[] cases =
        [
            ([First, Second], 5, AgentStatus.LimitReached), ([First, First], 32, AgentStatus.Failed), ([First, Sdk.Plan.Ask("which?")], 32, AgentStatus.NeedsInput), ([Second], 1, AgentStatus.LimitReached),
        ];
        foreach ((Plan[] plans, int maxSteps, AgentStatus status) in cases)
        {
            World world = new(plans);
            AgentRunOptions options = new() { RunId = "r", Limits = new AgentLimits { MaxSteps = maxSteps } };
            AgentResult result = await new AutonomousAgent(world.Parts).RunAsync("goal", options, cancellationToken);
            Assert.That(result.Status, Is.EqualTo(status));
            ReplayResult replay = await RunReplay.ReplayAsync(new World(plans).Parts, world.Journal.Events, cancellationToken);
            Assert.That((replay.Difference, replay.Result.Status), Is.EqualTo(((string?)null, status)));
            Assert.That(() => RunReport.ToHtml(world.Journal.Events), Throws.Nothing);
        }
    }

    private static async Task<(IReadOnlyList<AgentEvent> Events, AgentResult Result)> RecordAsync(Plan[] plans, CancellationToken cancellationToken)
    {
        World world = new(plans);
        AgentResult result = await new AutonomousAgent(world.Parts).RunAsync("goal", new AgentRunOptions { RunId = "r", Seed = 5 }, cancellationToken);
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Succeeded));
        return (world.Journal.Events, result);
    }

    private sealed class World
    {
        private readonly TestTool[] _tools =
        [
            new("a"), new("b"), TestTool.Throwing("bad", "no"), new("join", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"] + "!")),
        ];

        public World(Plan[] plans)
        {
            Parts = new AgentComponents { Planner = new ScriptedPlanner(plans), Journal = Journal };
            foreach (AIFunction tool in _tools)
            {
                Parts.Tools.Add(tool);
            }
        }

        public RecordingJournal Journal { get; } = new();

        public AgentComponents Parts { get; }

        public int Calls => _tools.Sum(tool => tool.Calls.Count);
    }

    private sealed class Accepting : IEvaluator
    {
        public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(new Evaluation(Verdict.Accept));
    }
}
