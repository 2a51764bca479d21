using System.Text.Json;
using AutoGpt.Sdk.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class AutonomousAgentTests
{
    private static readonly string[] ExpectedOrder =
        ["RunStarted", "PlanCreated", "StepStarted", "StepCompleted", "StepStarted", "StepCompleted", "PlanEvaluated", "RunCompleted"];

    [Test]
    public async Task Runs_a_plan_and_answers_with_the_last_result(CancellationToken cancellationToken)
    {
        TestTool first = new("first", result: "one");
        TestTool second = new("second", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"] + "!"));
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("first", "{}"), ("second", """{"text":"$1"}"""))), [first, second]);

        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);

        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Succeeded).And.Property("Answer").EqualTo("one!"));
        Assert.That(second.Calls, Is.EqualTo(["""{"text":"one"}"""]));
        Assert.That(result.Steps.Select(step => step.Number), Is.EqualTo([1, 2]));
        Assert.That(result, Has.Property("Plans").EqualTo(1).And.Property("Reason").Null);
    }

    [Test]
    public async Task Every_event_is_stored_before_it_is_streamed_and_numbers_have_no_gaps(CancellationToken cancellationToken)
    {
        RecordingJournal journal = new();
        int storedWhenCalled = 0;
        TestTool tool = new("tool", TestTool.Empty, (_, _) =>
        {
            storedWhenCalled = journal.Events.Count;
            return Task.FromResult<object?>("x");
        });
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(Plan(("tool", "{}"), ("echo", """{"text":"$1"}"""))), [tool, new TestTool("echo", TestTool.Text)], parts => parts.Journal = journal);

        List<AgentEvent> events = [];
        await foreach (AgentEvent happened in agent.RunStreamingAsync("goal", cancellationToken: cancellationToken))
        {
            Assert.That(journal.Events, Does.Contain(happened));
            events.Add(happened);
        }

        Assert.That(events.Select(happened => happened.GetType().Name), Is.EqualTo(ExpectedOrder));
        Assert.That(events.Select(happened => happened.Sequence), Is.EqualTo(Enumerable.Range(1, events.Count)));
        Assert.That(storedWhenCalled, Is.EqualTo(3), "StepStarted is stored before the tool is called");
        Assert.That(journal.Events, Is.EqualTo(events));
    }

    [Test]
    public async Task A_failed_step_leads_to_another_plan_that_knows_of_it(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(Plan(("bad", "{}")), Plan(("good", "{}")));
        AutonomousAgent agent = Agent(planner, [TestTool.Throwing("bad", "no such file"), new TestTool("good", result: 42)]);

        List<AgentEvent> events = await agent.EventsAsync(cancellationToken: cancellationToken);

        AgentResult result = ((RunCompleted)events[^1]).Result;
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Succeeded).And.Property("Answer").EqualTo("42").And.Property("Plans").EqualTo(2));
        Assert.That(planner.Contexts[1].Attempts.Single().Feedback, Is.EqualTo(new Feedback("Step 1 (bad) failed: no such file") { FailedStep = 1 }));
        Assert.That(planner.Contexts[1].Attempts.Single().Results.Single().Status, Is.EqualTo(StepStatus.Failed));
        Assert.That(events.OfType<ReplanRequested>().Count(), Is.EqualTo(1));
        Assert.That(result.Steps, Has.Count.EqualTo(2), "steps of all plans are kept");
    }

    [Test]
    public async Task The_same_plan_right_after_its_failure_is_not_run_again(CancellationToken cancellationToken)
    {
        TestTool bad = TestTool.Throwing("bad", "broken");
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("bad", "{}")), Plan(("bad", "{}"))), [bad]);

        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);

        Assert.That(result.Status, Is.EqualTo(AgentStatus.Failed));
        Assert.That(result.Reason, Does.Contain("the same plan again").And.Contain("broken"));
        Assert.That(bad.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Plans_that_alternate_end_when_one_fails_the_same_way_again(CancellationToken cancellationToken)
    {
        Plan a = Plan(("a", "{}"));
        Plan b = Plan(("b", "{}"));
        ScriptedPlanner planner = new(a, b, a, b, a, b);
        AutonomousAgent agent = Agent(planner, [TestTool.Throwing("a", "A"), TestTool.Throwing("b", "B")], parts => parts.Options.MaxReplans = 100);

        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);

        Assert.That(result.Status, Is.EqualTo(AgentStatus.Failed));
        Assert.That(result.Reason, Does.Contain("The same plan failed again"));
        Assert.That(planner.Contexts, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task The_same_plan_may_run_again_when_it_fails_in_another_way(CancellationToken cancellationToken)
    {
        int calls = 0;
        TestTool a = new("a", TestTool.Empty, (_, _) => ++calls == 2 ? Task.FromResult<object?>("done") : throw new InvalidOperationException("missing"));
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("a", "{}")), Plan(("b", "{}")), Plan(("a", "{}"))), [a, TestTool.Throwing("b", "B")]);

        Assert.That((await agent.RunAsync("goal", cancellationToken: cancellationToken)).Answer, Is.EqualTo("done"));
    }

    [Test]
    public async Task A_plan_that_asks_needs_input(CancellationToken cancellationToken)
    {
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan.Ask("Which file?", 7)), [new TestTool("tool")]);
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.NeedsInput).And.Property("Question").EqualTo("Which file?").And.Property("Tokens").EqualTo(7));
    }

    [TestCase(Verdict.Accept, AgentStatus.Succeeded)]
    [TestCase(Verdict.Ask, AgentStatus.NeedsInput)]
    [TestCase(Verdict.Refuse, AgentStatus.Refused)]
    [TestCase(Verdict.GiveUp, AgentStatus.Failed)]
    public async Task Verdicts_end_the_run(Verdict verdict, AgentStatus expected)
    {
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(Plan(("tool", "{}"))), [new TestTool("tool")],
            parts => parts.Evaluator = new FixedEvaluator(new Evaluation(verdict) { Reason = "because", Answer = "answer", Tokens = 5 }));

        AgentResult result = await agent.RunAsync("goal");

        Assert.That(result, Has.Property("Status").EqualTo(expected).And.Property("Tokens").EqualTo(5));
        Assert.That(verdict == Verdict.Ask ? result.Question : verdict == Verdict.Accept ? result.Answer : result.Reason,
            Is.EqualTo(verdict == Verdict.Accept ? "answer" : "because"));
    }

    [Test]
    public async Task A_planner_that_cannot_fails_the_run_with_its_message()
    {
        AgentResult result = await Agent(new ScriptedPlanner(), [new TestTool("tool")]).RunAsync("goal");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").EqualTo("The script has no more plans."));
    }

    [Test]
    public async Task A_fault_in_an_evaluator_fails_the_run_with_type_and_message()
    {
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(Plan(("tool", "{}"))), [new TestTool("tool")], parts => parts.Evaluator = new FixedEvaluator(null!));
        AgentResult result = await agent.RunAsync("goal");
        Assert.That(result.Status, Is.EqualTo(AgentStatus.Failed));
        Assert.That(result.Reason, Does.StartWith("NullReferenceException: "));
        Assert.That(result.Steps, Has.Count.EqualTo(1), "finished steps are kept");
    }

    [Test]
    public async Task A_plan_of_an_unknown_tool_is_told_not_run()
    {
        AgentResult result = await Agent(new ScriptedPlanner(Plan(("nuke", "{}"))), [new TestTool("tool")]).RunAsync("goal");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").Contains("'nuke', which does not exist"));
    }

    [Test]
    public async Task A_journal_that_fails_ends_the_run_and_still_tells_the_caller()
    {
        RecordingJournal journal = new() { OnAppend = happened => { if (happened is StepCompleted or RunCompleted) { throw new IOException("disk full"); } } };
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("tool", "{}"))), [new TestTool("tool")], parts => parts.Journal = journal);
        List<AgentEvent> events = await agent.EventsAsync();
        AgentResult result = ((RunCompleted)events[^1]).Result;
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").EqualTo("IOException: disk full"));
    }

    [Test]
    public async Task Two_runs_of_one_agent_do_not_mix(CancellationToken cancellationToken)
    {
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("tool", "{}")), Plan(("tool", "{}"))), [new TestTool("tool")]);
        List<AgentEvent>[] runs = await Task.WhenAll(
            agent.EventsAsync(new AgentRunOptions { RunId = "a" }, cancellationToken), agent.EventsAsync(new AgentRunOptions { RunId = "b" }, cancellationToken));
        foreach (List<AgentEvent> events in runs)
        {
            Assert.That(events.Select(happened => happened.Sequence), Is.EqualTo(Enumerable.Range(1, 6)));
        }
    }

    [Test]
    public void Callers_mistakes_throw_at_once()
    {
        AutonomousAgent agent = Agent(new ScriptedPlanner(), [new TestTool("tool")]);
        Assert.Multiple(() =>
        {
            Assert.That(() => agent.RunStreamingAsync(" "), Throws.ArgumentException);
            Assert.That(() => agent.RunStreamingAsync("goal", new AgentRunOptions { Limits = new AgentLimits { MaxSteps = 0 } }), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Agent(new ScriptedPlanner(), []), Throws.ArgumentException);
            Assert.That(() => Agent(new ScriptedPlanner(), [new TestTool("x"), new TestTool("x")]), Throws.ArgumentException.With.Message.Contains("'x'"));
        });
    }

    [Test]
    public async Task Every_event_survives_JSON()
    {
        string[] discriminators = ["runStarted", "planCreated", "stepStarted", "stepCompleted", "planEvaluated", "replanRequested", "runCompleted"];
        ScriptedPlanner planner = new(Plan(("bad", "{}")), Plan(("good", "{}")) with { Confidence = 0.5, Tokens = 3 });
        AutonomousAgent agent = Agent(planner, [TestTool.Throwing("bad", "é\n\"x\""), new TestTool("good", result: JsonDocument.Parse("[1,2]").RootElement)]);
        HashSet<string> seen = [];
        await foreach (AgentEvent happened in agent.RunStreamingAsync(new Goal("goal") { Facts = ["a.txt"] }))
        {
            string json = JsonSerializer.Serialize(happened, AgentJsonContext.Default.AgentEvent);
            AgentEvent back = JsonSerializer.Deserialize(json, AgentJsonContext.Default.AgentEvent)!;
            Assert.That(JsonSerializer.Serialize(back, AgentJsonContext.Default.AgentEvent), Is.EqualTo(json));
            Assert.That(back, Has.Property("Sequence").EqualTo(happened.Sequence).And.Property("Timestamp").EqualTo(happened.Timestamp));
            Assert.That(back.GetType(), Is.EqualTo(happened.GetType()));
            using JsonDocument document = JsonDocument.Parse(json);
            seen.Add(document.RootElement.GetProperty("type").GetString()!);
        }

        Assert.That(seen, Is.EquivalentTo(discriminators));
    }

    [Test]
    public void JSON_with_duplicate_names_is_refused() => Assert.That(
        () => JsonSerializer.Deserialize("""{"type":"runCompleted","sequence":1,"sequence":2,"result":{"runId":"x","status":"failed"}}""", AgentJsonContext.Default.AgentEvent),
        Throws.InstanceOf<JsonException>());

    private sealed class FixedEvaluator(Evaluation evaluation) : IEvaluator
    {
        public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(evaluation);
    }
}
