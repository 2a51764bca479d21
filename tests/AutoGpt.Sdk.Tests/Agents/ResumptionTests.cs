using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(60_000)]
public sealed class ResumptionTests
{
    // Two parallel steps, one on both, one that fails; then a second plan.
    private static readonly Plan First = Plan(("read", "{}"), ("note", "{}"), ("join", """{"left":"$1","right":"$2"}"""), ("bad", "{}"));
    private static readonly Plan Second = Plan(("read", "{}"), ("add", """{"text":"$1"}"""));

    [Test]
    public async Task A_run_goes_on_from_whatever_event_was_the_last(CancellationToken cancellationToken)
    {
        World whole = new();
        AgentResult expected = await whole.Agent([First, Second]).RunAsync("goal", new AgentRunOptions { RunId = "r", Seed = 3 }, cancellationToken);
        IReadOnlyList<AgentEvent> events = whole.Journal.Events;
        Assert.That(events, Has.Count.GreaterThan(15), "one run has them all: plans, steps, evaluations, a replan");
        for (int last = 1; last < events.Count; last++)
        {
            World world = await World.AfterAsync(events.Take(last));
            Plan[] left = [.. new[] { First, Second }.Skip(events.Take(last).OfType<PlanCreated>().Count())];
            List<AgentEvent> rest = await world.ResumeAsync(left, cancellationToken);

            string where = $"after {last}, {events[last - 1].GetType().Name}";
            Assert.That(rest[0], Is.TypeOf<RunResumed>(), where);
            Assert.That(rest.Select(happened => happened.Sequence), Is.EqualTo(Enumerable.Range(last + 1, rest.Count)), where);
            AgentResult result = ((RunCompleted)rest[^1]).Result;
            Assert.That((result.Status, result.Answer, result.Plans, result.Tokens), Is.EqualTo((expected.Status, expected.Answer, expected.Plans, expected.Tokens)), where);
            Assert.That(
                result.Steps.Select(step => (step.Number, step.Tool, step.Status, step.Text)).Order(),
                Is.EqualTo(expected.Steps.Select(step => (step.Number, step.Tool, step.Status, step.Text)).Order()), where);

            // What had ended is not done again; what was running is.
            foreach (IGrouping<string, StepResult> tool in expected.Steps.Where(step => step.Status != StepStatus.Skipped).GroupBy(step => step.Tool))
            {
                int before = events.Take(last).OfType<StepCompleted>().Count(completed => completed.Result.Tool == tool.Key);
                Assert.That(world.Calls(tool.Key), Is.EqualTo(tool.Count() - before), $"{where}: {tool.Key}");
            }
        }
    }

    [Test]
    public async Task A_run_that_has_ended_gives_its_end_and_nothing_else(CancellationToken cancellationToken)
    {
        World world = new();
        AgentResult result = await world.Agent([Second]).RunAsync("goal", new AgentRunOptions { RunId = "r" }, cancellationToken);
        int stored = world.Journal.Events.Count;
        List<AgentEvent> again = await world.ResumeAsync([], cancellationToken);
        Assert.That(again, Is.EqualTo([world.Journal.Events[^1]]));
        Assert.That(((RunCompleted)again[0]).Result, Is.EqualTo(result));
        Assert.That(world.Journal.Events, Has.Count.EqualTo(stored));
    }

    [Test]
    public void A_run_that_is_not_in_the_journal_is_named(CancellationToken cancellationToken)
    {
        World world = new();
        Assert.That(() => world.ResumeAsync([], cancellationToken, "nobody"), Throws.InstanceOf<AutoGptException>().With.Message.Contains("'nobody'"));
        Assert.That(() => world.Agent([]).ResumeStreamingAsync(" "), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task What_may_have_acted_is_not_called_again_unless_a_person_says_so([Values] bool? approved, CancellationToken cancellationToken)
    {
        List<(string Tool, bool MayHaveRun, string Reason)> asked = [];
        World world = await World.AfterAsync(Interrupted("send"));
        List<AgentEvent> rest = await world.ResumeAsync([], cancellationToken, configure: parts =>
        {
            parts.Guards.Add(new Yes());
            parts.Approval = approved is { } answer ? new Approval((request, reason) =>
            {
                asked.Add((request.Tool, request.MayHaveRun, reason));
                return answer;
            }) : null;
        });
        AgentResult result = ((RunCompleted)rest[^1]).Result;
        Assert.That(((RunResumed)rest[0]).InFlight, Is.EqualTo([1]));
        Assert.That(world.Calls("send"), Is.EqualTo(approved == true ? 1 : 0), "a guard's yes is not enough");
        if (approved is not null)
        {
            Assert.That(asked, Has.Count.EqualTo(1));
            Assert.That((asked[0].Tool, asked[0].MayHaveRun), Is.EqualTo(("send", true)));
            Assert.That(asked[0].Reason, Does.Contain("may have acted already"));
        }

        if (approved == true)
        {
            Assert.That(result.Status, Is.EqualTo(AgentStatus.Succeeded));
        }
        else
        {
            Assert.That(result.Status, Is.EqualTo(AgentStatus.NeedsInput));
            Assert.That(result.Question, Does.Contain("step 1 (send)"));
            Assert.That(result.Steps.Single().Status, Is.EqualTo(StepStatus.Unknown));
        }
    }

    [Test]
    public async Task The_next_step_of_the_same_tool_needs_no_second_leave(CancellationToken cancellationToken)
    {
        Plan plan = Plan(("send", "{}"), ("send", "{}"));
        World world = await World.AfterAsync([.. Interrupted("send", plan), new StepCompleted(new StepResult(1, "send", StepStatus.Succeeded)), new StepStarted(plan.Steps[1])], number: true);
        List<AgentEvent> rest = await world.ResumeAsync([], cancellationToken, configure: parts => parts.Guards.Add(new Yes()));
        Assert.That(((RunResumed)rest[0]).InFlight, Is.EqualTo([2]));
        Assert.That(world.Calls("send"), Is.Zero);

        World other = await World.AfterAsync([.. Interrupted("send", plan), new StepCompleted(new StepResult(1, "send", StepStatus.Succeeded))], number: true);
        rest = await other.ResumeAsync([], cancellationToken, configure: parts => parts.Guards.Add(new Yes()));
        Assert.That(((RunCompleted)rest[^1]).Result.Status, Is.EqualTo(AgentStatus.Succeeded));
        Assert.That(other.Calls("send"), Is.EqualTo(1), "it had not begun");
    }

    [Test]
    public async Task A_step_has_one_key_in_all_parts_of_a_run_and_no_other_has_it(CancellationToken cancellationToken)
    {
        World whole = new();
        await whole.Agent([First, Second]).RunAsync("goal", new AgentRunOptions { RunId = "r" }, cancellationToken);
        Assert.That(whole.Keys, Is.Unique.And.All.Match("^r@[0-9a-f]+/[12]/[1-4]$"));
        AgentEvent[] events = [.. whole.Journal.Events.TakeWhile(happened => happened is not StepCompleted { Result.Tool: "note" })];
        World resumed = await World.AfterAsync(events);
        await resumed.ResumeAsync([Second], cancellationToken);
        Assert.That(resumed.Keys, Is.SubsetOf(whole.Keys).And.Unique);
        Assert.That(resumed.Keys, Has.Some.EndsWith("/1/2"));

        // The same name in another journal is another run.
        World other = new();
        await other.Agent([First, Second]).RunAsync("goal", new AgentRunOptions { RunId = "r" }, cancellationToken);
        Assert.That(other.Keys.Intersect(whole.Keys), Is.Empty);
    }

    [Test]
    public async Task Limits_count_what_earlier_parts_used(CancellationToken cancellationToken)
    {
        AgentEvent[] events = [.. Interrupted("read", Plan(("read", "{}"), ("read", "{}"), ("read", "{}")), new AgentLimits { MaxSteps = 2 })];
        World world = await World.AfterAsync(events);
        AgentResult result = ((RunCompleted)(await world.ResumeAsync([], cancellationToken))[^1]).Result;
        Assert.That(result.Status, Is.EqualTo(AgentStatus.LimitReached));
        Assert.That(world.Calls("read"), Is.EqualTo(2), "the one that was running counts once");

        // Nine minutes of ten were used, in two parts with a day between them.
        DateTimeOffset start = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(2);
        events = Number([.. Interrupted("read", limits: new AgentLimits { MaxDuration = TimeSpan.FromMinutes(10) })]);
        events[1] = events[1] with { Timestamp = start + TimeSpan.FromMinutes(4) };
        events[2] = events[2] with { Timestamp = start + TimeSpan.FromMinutes(9) };
        events[0] = events[0] with { Timestamp = start };
        World late = await World.AfterAsync([.. events, new RunResumed([1]) { Sequence = 4, Timestamp = start + TimeSpan.FromDays(1) }]);
        result = ((RunCompleted)(await late.ResumeAsync([], cancellationToken))[^1]).Result;
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Succeeded));
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromMinutes(9)).Within(TimeSpan.FromSeconds(30)));

        events[2] = events[2] with { Timestamp = start + TimeSpan.FromMinutes(11) };
        World over = await World.AfterAsync(events);
        result = ((RunCompleted)(await over.ResumeAsync([], cancellationToken))[^1]).Result;
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Reason").Contains("600 s"));
    }

    [Test]
    public async Task Of_two_who_work_on_a_run_one_does(CancellationToken cancellationToken)
    {
        World world = await World.AfterAsync(Interrupted("read"));
        using (world.Journal.TryHold("r"))
        {
            Assert.That(() => world.ResumeAsync([], cancellationToken), Throws.InstanceOf<AutoGptException>().With.Message.Contains("worked on already"));
            Assert.That(() => world.Agent([Second]).RunAsync("goal", new AgentRunOptions { RunId = "r" }, cancellationToken), Throws.InstanceOf<AutoGptException>());
        }

        Assert.That(world.Journal.Events, Has.Count.EqualTo(3));
        List<AgentEvent> rest = await world.ResumeAsync([], cancellationToken);
        Assert.That(((RunCompleted)rest[^1]).Result.Status, Is.EqualTo(AgentStatus.Succeeded));
        using IDisposable? free = world.Journal.TryHold("r");
        Assert.That(free, Is.Not.Null, "it is given back at the end");
    }

    [Test]
    public async Task A_run_that_was_being_cancelled_ends_so_and_does_nothing_again(CancellationToken cancellationToken)
    {
        AgentEvent[] events = [.. Interrupted("send"), new StepCompleted(new StepResult(1, "send", StepStatus.Cancelled)) { Sequence = 4, Timestamp = TimeProvider.System.GetUtcNow() }];
        World world = await World.AfterAsync(events);
        List<AgentEvent> rest = await world.ResumeAsync([Plan(("send", "{}"))], cancellationToken, configure: parts => parts.Guards.Add(new Yes()));
        Assert.That(((RunCompleted)rest[^1]).Result.Status, Is.EqualTo(AgentStatus.Cancelled));
        Assert.That(world.Calls("send"), Is.Zero);
    }

    [Test]
    public async Task What_nobody_knows_no_evaluator_can_replan(CancellationToken cancellationToken)
    {
        World world = await World.AfterAsync(Interrupted("send"));
        List<AgentEvent> rest = await world.ResumeAsync([Plan(("send", "{}"))], cancellationToken, configure: parts =>
        {
            parts.Guards.Add(new Yes());
            parts.Evaluator = new Replanning();
        });
        Assert.That(((RunCompleted)rest[^1]).Result.Status, Is.EqualTo(AgentStatus.NeedsInput));
        Assert.That(world.Calls("send"), Is.Zero);
    }

    [Test]
    public async Task A_hint_that_the_tool_takes_keys_counts_only_where_there_is_one([Values] bool durable, CancellationToken cancellationToken)
    {
        int calls = 0;
        AIFunction tool = AIFunctionFactory.Create(() => ++calls, new AIFunctionFactoryOptions { Name = "keyed", AdditionalProperties = new Dictionary<string, object?> { [ToolHints.TakesIdempotencyKey] = true } });
        RecordingJournal journal = new() { IsDurable = durable };
        foreach (AgentEvent happened in Interrupted("keyed"))
        {
            await journal.AppendAsync("r", happened, cancellationToken);
        }

        AutonomousAgent agent = Runs.Agent(new ScriptedPlanner(), [tool], parts =>
        {
            parts.Journal = journal;
            parts.Guards.Add(new Yes());
        });
        await foreach (AgentEvent _ in agent.ResumeStreamingAsync("r", cancellationToken))
        {
        }

        Assert.That(calls, Is.EqualTo(durable ? 1 : 0));
    }

    [Test]
    public async Task Where_an_event_cannot_be_stored_the_run_can_still_be_gone_on_with(CancellationToken cancellationToken)
    {
        bool full = false;
        RecordingJournal journal = new() { OnAppend = happened => full |= happened is StepCompleted ? throw new AutoGptException("The disk is full.") : false };
        int calls = 0;
        AIFunction tool = AIFunctionFactory.Create(() => ++calls, new AIFunctionFactoryOptions { Name = "read", AdditionalProperties = new Dictionary<string, object?> { [ToolHints.ReadOnly] = true } });
        AgentResult result = await Runs.Agent(new ScriptedPlanner(Plan(("read", "{}"))), [tool], parts => parts.Journal = journal).RunAsync("goal", new AgentRunOptions { RunId = "r" }, cancellationToken);
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").Contains("The disk is full."));
        Assert.That(journal.Events[^1], Is.TypeOf<StepStarted>(), "no end was stored over the gap");

        World world = await World.AfterAsync(journal.Events);
        List<AgentEvent> rest = await world.ResumeAsync([], cancellationToken);
        Assert.That(((RunCompleted)rest[^1]).Result.Status, Is.EqualTo(AgentStatus.Succeeded));
    }

    [Test]
    public async Task An_agent_without_the_plan_s_tools_leaves_the_run_as_it_is(CancellationToken cancellationToken)
    {
        World world = await World.AfterAsync(Interrupted("telepathy"));
        Assert.That(() => world.ResumeAsync([], cancellationToken), Throws.InstanceOf<AutoGptException>().With.Message.Contains("does not fit the agent's tools"));
        Assert.That(world.Journal.Events, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_question_that_was_on_its_way_is_asked(CancellationToken cancellationToken)
    {
        World world = await World.AfterAsync(Number([new RunStarted("r", "goal", new AgentLimits(), 0), new PlanCreated(Sdk.Plan.Ask("Which file?"))]));
        AgentResult result = ((RunCompleted)(await world.ResumeAsync([], cancellationToken))[^1]).Result;
        Assert.That((result.Status, result.Question), Is.EqualTo((AgentStatus.NeedsInput, "Which file?")));
    }

    [Test]
    public async Task A_beginning_that_is_none_is_refused(CancellationToken cancellationToken)
    {
        foreach (RunStarted start in (RunStarted[])
            [new("r", null!, new AgentLimits(), 0), new("r", "goal", null!, 0), new("other", "goal", new AgentLimits(), 0)])
        {
            World world = await World.AfterAsync([start with { Sequence = 1 }]);
            Assert.That(() => world.ResumeAsync([], cancellationToken), Throws.InstanceOf<AutoGptException>().With.Message.Contains("not those of a run"));
        }

        World unbounded = await World.AfterAsync([new RunStarted("r", "goal", new AgentLimits { MaxSteps = -1 }, 0) { Sequence = 1 }]);
        Assert.That(() => unbounded.ResumeAsync([], cancellationToken), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Events_that_do_not_follow_from_each_other_are_refused(CancellationToken cancellationToken)
    {
        PlanCreated plan = new(Plan(("read", "{}"), ("note", "{}")));
        StepStarted begun = new(plan.Plan.Steps[0]);
        StepCompleted ended = new(new StepResult(1, "read", StepStatus.Succeeded));
        AgentEvent[][] forged =
        [
            [begun], [ended], [new PlanExtended(new Plan())], [new PlanEvaluated(new Evaluation(Verdict.Accept))], [new ReplanRequested(new Feedback("x"))],
            [new PlanCreated(null!)], [plan, plan], [plan, new StepStarted(new PlanStep(3, "read", []))], [plan, new StepStarted(new PlanStep(1, "send", []))],
            [plan, begun, ended, ended], [plan, begun, ended, begun], [plan, new StepCompleted(new StepResult(0, "read", StepStatus.Succeeded))],
            [plan, new PlanExtended(new Plan { Steps = [new PlanStep(3, "read", [])] }, 1)], [plan, new StepCompleted(null!)],
            [new RunCompleted(new AgentResult("r", AgentStatus.Succeeded)), plan],
        ];
        foreach (AgentEvent[] events in forged)
        {
            World world = await World.AfterAsync(Number([new RunStarted("r", "goal", new AgentLimits(), 0), .. events]));
            Assert.That(
                () => world.ResumeAsync([], cancellationToken), Throws.InstanceOf<AutoGptException>().With.Message.Contains("does not follow"), string.Join(", ", events.Select(happened => happened.GetType().Name)));
        }
    }

    [Test]
    public async Task An_end_tells_of_a_step_that_may_have_acted(CancellationToken cancellationToken)
    {
        AgentEvent[] events = Interrupted("send", limits: new AgentLimits { MaxDuration = TimeSpan.FromSeconds(1) });
        events[0] = events[0] with { Timestamp = events[0].Timestamp - TimeSpan.FromSeconds(5) };
        World world = await World.AfterAsync(events);
        AgentResult result = ((RunCompleted)(await world.ResumeAsync([], cancellationToken))[^1]).Result;
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Reason").Contains("Step 1 was running when an earlier process ended"));
    }

    private static AgentEvent[] Interrupted(string tool, Plan? plan = null, AgentLimits? limits = null)
    {
        plan ??= Plan((tool, "{}"));
        return Number([new RunStarted("r", "goal", limits ?? new AgentLimits(), 0), new PlanCreated(plan), new StepStarted(plan.Steps[0])]);
    }

    private static AgentEvent[] Number(AgentEvent[] events) => [.. events.Select((happened, index) => happened with { Sequence = index + 1, Timestamp = happened.Timestamp == default ? TimeProvider.System.GetUtcNow() : happened.Timestamp })];

    /// <summary>Tools that count, a journal, and agents over them that die and come back.</summary>
    private sealed class World
    {
        private readonly List<TestTool> _tools;
        private readonly List<string> _keys = [];

        public World()
        {
            _tools =
            [
                new TestTool("read", result: "text"),
                new TestTool("note", TestTool.Empty, result: "noted"),
                new TestTool("join", """{"type":"object","properties":{"left":{"type":"string"},"right":{"type":"string"}},"required":["left","right"]}""",
                    (arguments, _) => Task.FromResult<object?>($"{arguments["left"]} {arguments["right"]}")),
                TestTool.Throwing("bad", "no"),
                new TestTool("add", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"] + "!")),
                new TestTool("send", readOnly: false),
            ];
        }

        public RecordingJournal Journal { get; } = new();

        public IReadOnlyList<string> Keys
        {
            get
            {
                lock (_keys)
                {
                    return [.. _keys];
                }
            }
        }

        public static async Task<World> AfterAsync(IEnumerable<AgentEvent> events, bool number = false)
        {
            World world = new();
            foreach (AgentEvent happened in number ? Number([.. events]) : events)
            {
                await world.Journal.AppendAsync("r", happened);
            }

            return world;
        }

        public AutonomousAgent Agent(IEnumerable<Plan> plans, Action<AgentComponents>? configure = null) => Runs.Agent(
            new ScriptedPlanner(plans), _tools.Select(tool => (AIFunction)new Keyed(tool, key =>
            {
                lock (_keys)
                {
                    _keys.Add(key);
                }
            })), parts =>
            {
                parts.Journal = Journal;
                configure?.Invoke(parts);
            });

        public int Calls(string tool) => _tools.Single(each => each.Name == tool).Calls.Count;

        public async Task<List<AgentEvent>> ResumeAsync(IEnumerable<Plan> plans, CancellationToken cancellationToken, string run = "r", Action<AgentComponents>? configure = null)
        {
            List<AgentEvent> events = [];
            await foreach (AgentEvent happened in Agent(plans, configure).ResumeStreamingAsync(run, cancellationToken))
            {
                events.Add(happened);
            }

            return events;
        }
    }

    private sealed class Keyed(AIFunction inner, Action<string> called) : DelegatingAIFunction(inner)
    {
        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            called(arguments.IdempotencyKey()!);
            return base.InvokeCoreAsync(arguments, cancellationToken);
        }
    }

    private sealed class Yes : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
    }

    private sealed class Replanning : IEvaluator
    {
        public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(new Evaluation(Verdict.Replan) { Reason = "again" });
    }

    private sealed class Approval(Func<ActionRequest, string, bool> answer) : IApprovalHandler
    {
        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default) => ValueTask.FromResult(answer(request, reason));
    }
}
