using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

/// <summary>Plans that are extended while they are carried out: at the end, or where a sub-goal stands.</summary>
[CancelAfter(60_000)]
public sealed class GrowingPlanTests
{
    private static readonly TestTool Echo = new("echo", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"]!.GetValue<string>() + "!"));
    private static readonly TestTool Upper = new("upper", TestTool.Text, (arguments, _) => Task.FromResult<object?>(arguments["text"]!.GetValue<string>().ToUpperInvariant()));
    private static readonly TestTool Bad = new("bad", TestTool.Text, (arguments, _) => throw new InvalidOperationException($"no {arguments["text"]}"));

    [Test]
    public async Task A_plan_goes_on_from_the_results_of_its_steps(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(
            More(1, ("echo", """{"text":"a"}""")) with { Tokens = 5 },
            More(2, ("upper", """{"text":"$1"}"""), ("echo", """{"text":"b"}""")) with { Tokens = 7 },
            new Plan { Answer = "it is A!", Tokens = 9 });
        AgentResult result = await Agent(planner, [Echo, Upper]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer, result.Tokens, result.Plans), Is.EqualTo((AgentStatus.Succeeded, "it is A!", 21L, 1)));
        Assert.That(result.Steps.OrderBy(step => step.Number).Select(step => step.Text), Is.EqualTo(["a!", "A!", "b!"]));
        Assert.That(planner.Contexts[0].Progress, Is.Null);
        Assert.That(planner.Contexts[1].Progress!.Results.Single().Text, Is.EqualTo("a!"));
        Assert.That(planner.Contexts[2].Progress!.Plan.Steps, Has.Count.EqualTo(3));
        Assert.That(planner.Contexts[2].Progress!.Plan.ExtendedAfter, Is.EqualTo([1]));
    }

    [Test]
    public async Task A_failure_that_was_seen_and_gone_on_from_does_not_fail_the_plan(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(More(1, ("bad", """{"text":"x"}""")), More(2, ("echo", """{"text":"y"}""")), new Plan());
        AgentResult result = await Agent(planner, [Echo, Bad]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, "y!")));
        Assert.That(planner.Contexts[1].Progress!.Results.Single().Error, Is.EqualTo("no x"));

        // The last one was not gone on from.
        ScriptedPlanner helpless = new(More(1, ("echo", """{"text":"y"}""")), Plan2(("bad", """{"text":"x"}""")), Plan(("echo", """{"text":"z"}""")));
        AgentResult replanned = await Agent(helpless, [Echo, Bad]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((replanned.Status, replanned.Plans, replanned.Answer), Is.EqualTo((AgentStatus.Succeeded, 2, "z!")));
        static Plan Plan2(params (string, string)[] steps) => More(2, steps) with { Continues = false };
    }

    [Test]
    public async Task A_failure_that_was_seen_holds_up_nothing_that_comes_after_it(CancellationToken cancellationToken)
    {
        // Tools that change things are ordered with each other; what was ordered before has ended, and how, the planner knows.
        TestTool bad = new("bad", TestTool.Text, (_, _) => throw new InvalidOperationException("no"), readOnly: false);
        TestTool write = new("write", TestTool.Text, (arguments, _) => Task.FromResult<object?>("wrote " + arguments["text"]), readOnly: false);
        ScriptedPlanner planner = new(More(1, ("bad", """{"text":"x"}""")), More(2, ("write", """{"text":"y"}"""), ("write", """{"text":"$1"}""")), new Plan { Answer = "done" });
        AgentResult result = await Agent(planner, [write, bad], parts => parts.Guards.Add(new Yes())).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result.Steps.Select(step => (step.Number, step.Status)), Is.EquivalentTo([(1, StepStatus.Failed), (2, StepStatus.Succeeded), (3, StepStatus.Skipped)]), "but who needs its result waits in vain");
    }

    [Test]
    public async Task Who_makes_the_same_failing_call_for_ever_is_stopped(CancellationToken cancellationToken)
    {
        FunctionPlanner planner = new(context => More((context.Progress?.Plan.Steps.Count ?? 0) + 1, ("bad", """{"text":"x"}""")));
        AgentResult result = await Agent(planner, [Bad]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Steps.Count), Is.EqualTo((AgentStatus.Failed, 5)), "twice tried, three times told the same");
        Assert.That(result.Steps.Skip(2).Select(step => step.Error), Is.All.EqualTo("The same call has failed twice and is not tried a third time: no x"));
    }

    [Test]
    public async Task Who_stops_by_himself_did_not_go_round(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(More(1, ("echo", """{"text":"a"}""")), More(2, ("echo", """{"text":"a"}""")), More(3, ("echo", """{"text":"a"}""")), new Plan { Answer = "three times, as you wished" });
        AgentResult result = await Agent(planner, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, "three times, as you wished")));
    }

    [Test]
    public async Task Sub_goals_end_with_the_tokens(CancellationToken cancellationToken)
    {
        FunctionPlanner planner = new(context => context.Progress is { } progress ? From(progress.Plan.Steps.Count + 1, ("echo", $$"""{"text":"{{progress.Plan.Steps.Count}}"}""")) with { Tokens = 100 }
            : Plan([.. Enumerable.Range(1, 9).Select(number => (PlanStep.SubGoal, $$"""{"goal":"{{number}}"}"""))]));
        AgentResult over = await Agent(planner, [Echo], parts => parts.Options.MaxTokens = 150).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((over.Status, over.Tokens, over.Steps.Count), Is.EqualTo((AgentStatus.LimitReached, 200L, 2)), "a sub-goal done, and steps beyond the limit not carried out");
        Assert.That(over.Reason, Does.StartWith("The limit of 150 tokens was reached: 200 were spent."));
        AgentResult even = await Agent(planner, [Echo], parts => parts.Options.MaxTokens = 200).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((even.Status, even.Tokens, even.Steps.Count), Is.EqualTo((AgentStatus.LimitReached, 200L, 4)));
    }

    [Test]
    public async Task A_refusal_is_not_planned_around(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(More(1, ("send", "{}")), More(2, ("echo", """{"text":"y"}""")));
        AgentResult result = await Agent(planner, [Echo, new TestTool("send", readOnly: false)]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, planner.Contexts.Count), Is.EqualTo((AgentStatus.Refused, 1)));
    }

    [Test]
    public async Task A_question_on_the_way_ends_the_run_with_what_was_done(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(More(1, ("echo", """{"text":"a"}""")), Plan2());
        AgentResult result = await Agent(planner, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Question, result.Tokens, result.Steps.Count), Is.EqualTo((AgentStatus.NeedsInput, "Which?", 4L, 1)));
        static Plan Plan2() => Sdk.Plan.Ask("Which?", 4);
    }

    [Test]
    public async Task Who_does_the_same_again_and_again_is_stopped(
        [Values("a,a,a,a,a,a", "a,b,a,b,a,b", "x,a,b,c,a,b,c,a")] string decisions, CancellationToken cancellationToken)
    {
        string[] texts = decisions.Split(',');
        ScriptedPlanner planner = new(texts.Select((text, index) => More(index + 1, ("echo", $$"""{"text":"{{text}}"}"""))));
        AgentResult result = await Agent(planner, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        int expected = texts.Length switch { 8 => 7, _ => texts.Distinct().Count() == 1 ? 3 : 4 };
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").Contains("circles"));
        Assert.That(result.Steps, Has.Count.EqualTo(expected), "not a step more than it takes to see it");
    }

    [Test]
    public async Task The_same_calls_with_other_results_are_no_circle(CancellationToken cancellationToken)
    {
        int count = 0;
        TestTool poll = new("poll", TestTool.Empty, (_, _) => Task.FromResult<object?>($"{++count} of 6"));
        ScriptedPlanner planner = new([.. Enumerable.Range(1, 6).Select(number => More(number, ("poll", "{}"))), new Plan()]);
        AgentResult result = await Agent(planner, [poll]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer), Is.EqualTo((AgentStatus.Succeeded, "6 of 6")));
    }

    [Test]
    public async Task A_call_that_failed_twice_is_not_made_a_third_time(CancellationToken cancellationToken)
    {
        // The members in another order, and a value by reference, are the same call.
        TestTool bad = new("bad", """{"type":"object","properties":{"text":{"type":"string"},"other":{"type":"string"}}}""", (_, _) => throw new InvalidOperationException("broken"));
        ScriptedPlanner planner = new(
            More(1, ("echo", """{"text":"a"}"""), ("bad", """{"text":"a!","other":"o"}""")),
            More(3, ("bad", """{"other":"o","text":"$1"}""")),
            More(4, ("bad", """{"text":"a!","other":"o"}"""), ("bad", """{"text":"b","other":"o"}""")),
            new Plan { Answer = "gave up" });
        AgentResult result = await Agent(planner, [Echo, bad]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(bad.Calls, Has.Count.EqualTo(3), "twice with a!, once with b");
        StepResult third = result.Steps.Single(step => step.Number == 4);
        Assert.That((third.Status, third.Error), Is.EqualTo((StepStatus.Failed, "The same call has failed twice and is not tried a third time: broken")));
        Assert.That(result.Answer, Is.EqualTo("gave up"));
    }

    [Test]
    public async Task What_failed_may_be_tried_again_after_something_new_was_changed(CancellationToken cancellationToken)
    {
        TestTool edit = new("edit", TestTool.Text, result: "edited", readOnly: false);
        Plan[] Decisions(params string[] edits) =>
        [
            .. edits.SelectMany((text, index) => new[] { More((2 * index) + 1, ("tests", "{}")), More((2 * index) + 2, ("edit", $$"""{"text":"{{text}}"}""")) }), new Plan { Answer = "done" },
        ];
        async Task<int> TestsRunAsync(params string[] edits)
        {
            TestTool counted = new("tests", TestTool.Empty, (_, _) => throw new InvalidOperationException("red"));
            await Agent(new ScriptedPlanner(Decisions(edits)), [counted, edit], parts => parts.Guards.Add(new Yes())).RunAsync("goal", cancellationToken: cancellationToken);
            return counted.Calls.Count;
        }

        Assert.That(await TestsRunAsync("a", "b", "c", "d"), Is.EqualTo(4), "each edit is another one");
        Assert.That(await TestsRunAsync("a", "a", "a", "a"), Is.EqualTo(2), "the same edit again and again goes in circles");
    }

    [Test]
    public async Task A_planner_that_stops_after_a_failure_has_not_gone_on(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(More(1, ("bad", """{"text":"x"}""")), new Plan(), Plan(("echo", """{"text":"y"}""")));
        AgentResult result = await Agent(planner, [Echo, Bad]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Plans, result.Answer), Is.EqualTo((AgentStatus.Succeeded, 2, "y!")));
    }

    [Test]
    public async Task A_sub_goal_is_planned_when_its_turn_comes_and_gives_the_result_of_its_last_step(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(
            Plan(("echo", """{"text":"a"}"""), (PlanStep.SubGoal, """{"goal":"shout"}"""), ("echo", """{"text":"$2"}""")),
            From(4, ("upper", """{"text":"$1"}"""), ("echo", """{"text":"$4"}""")) with { Tokens = 3 });
        RecordingJournal journal = new();
        AgentResult result = await Agent(planner, [Echo, Upper], parts => parts.Journal = journal).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer, result.Tokens), Is.EqualTo((AgentStatus.Succeeded, "A!!!", 3L)));
        Assert.That(result.Plan!.Steps.Select(step => step.Parent), Is.EqualTo(new int?[] { null, null, null, 2, 2 }));
        Assert.That(result.Steps.Select(step => step.Number), Is.EqualTo([1, 4, 5, 2, 3]), "what comes after it waits for all of it");
        PlanProgress progress = planner.Contexts[1].Progress!;
        Assert.That((progress.Expanding!.Number, progress.Results.Single().Text), Is.EqualTo((2, "a!")));
        Assert.That(journal.Events.OfType<PlanExtended>().Single().Parent, Is.EqualTo(2));
    }

    [Test]
    public async Task Sub_goals_lie_in_each_other_and_a_failure_deep_inside_is_told_at_the_top(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(
            Plan((PlanStep.SubGoal, """{"goal":"outer"}"""), ("echo", """{"text":"$1"}""")),
            From(3, (PlanStep.SubGoal, """{"goal":"inner"}"""), ("upper", """{"text":"$3"}""")),
            From(5, ("bad", """{"text":"deep"}""")),
            Plan(("echo", """{"text":"other"}""")));
        AgentResult result = await Agent(planner, [Echo, Upper, Bad]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Answer, result.Plans), Is.EqualTo((AgentStatus.Succeeded, "other!", 2)));
        PlanAttempt attempt = planner.Contexts[3].Attempts.Single();
        Assert.That(attempt.Results.OrderBy(step => step.Number).Select(step => (step.Number, step.Status)), Is.EqualTo(
            [(1, StepStatus.Failed), (2, StepStatus.Skipped), (3, StepStatus.Failed), (4, StepStatus.Skipped), (5, StepStatus.Failed)]));
        Assert.That(attempt.Results.Single(step => step.Number == 1).Error, Does.Contain("no deep"));
    }

    [Test]
    public async Task A_sub_goal_that_cannot_be_planned_fails_and_its_tokens_count(CancellationToken cancellationToken)
    {
        int asked = 0;
        FunctionPlanner planner = new(context => context.Progress is not null ? throw new ModelOutputException("no idea", 11)
            : ++asked == 1 ? Plan((PlanStep.SubGoal, """{"goal":"x"}""")) : Plan(("echo", """{"text":"a"}""")));
        AgentResult result = await Agent(planner, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Tokens, result.Plans), Is.EqualTo((AgentStatus.Succeeded, 11L, 2)));

        // The run's own limit is the run's end.
        FunctionPlanner poor = new(context => context.Progress is not null ? throw new ModelOutputException("none left", 11) { TokenLimitReached = true } : Plan((PlanStep.SubGoal, """{"goal":"x"}""")));
        Assert.That((await Agent(poor, [Echo]).RunAsync("goal", cancellationToken: cancellationToken)).Status, Is.EqualTo(AgentStatus.LimitReached));
    }

    [Test]
    public async Task A_sub_goal_whose_planner_asks_ends_the_run_with_the_question(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(Plan(("echo", """{"text":"a"}"""), (PlanStep.SubGoal, """{"goal":"x"}"""), ("echo", """{"text":"b"}""")), Sdk.Plan.Ask("Which one?"));
        AgentResult result = await Agent(planner, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Question), Is.EqualTo((AgentStatus.NeedsInput, "Which one?")));
        Assert.That(result.Remaining.Select(step => step.Number), Is.EqualTo([2, 3]));
    }

    [Test]
    public async Task Extensions_that_do_not_fit_fail_what_they_are_for(CancellationToken cancellationToken)
    {
        ScriptedPlanner wrongNumber = new(More(1, ("echo", """{"text":"a"}""")), More(1, ("echo", """{"text":"b"}""")) with { Tokens = 6 });
        AgentResult result = await Agent(wrongNumber, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Tokens), Is.EqualTo((AgentStatus.Failed, 6L)));
        Assert.That(result.Reason, Does.Contain("cannot be extended"));

        ScriptedPlanner empty = new(Plan((PlanStep.SubGoal, """{"goal":"x"}""")), new Plan(), Plan(("echo", """{"text":"a"}""")));
        AgentResult second = await Agent(empty, [Echo]).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((second.Status, empty.Contexts[2].Attempts.Single().Feedback.Reason), Is.EqualTo((AgentStatus.Succeeded, "Step 1 (subgoal) failed: The plan cannot be extended so: There are no steps for the sub-goal.")));
    }

    [Test]
    public void No_tool_takes_the_name_of_sub_goals() =>
        Assert.That(() => Agent(new ScriptedPlanner(), [new TestTool(PlanStep.SubGoal)]), Throws.ArgumentException.With.Message.Contains("subgoal"));

    [Test]
    public async Task A_run_with_a_growing_plan_goes_on_from_whatever_event_was_the_last(CancellationToken cancellationToken)
    {
        // The planner is a function of what it is asked, so that it says the same in whatever part of the run.
        static Plan Decide(PlanningContext context) => context.Progress switch
        {
            null => Plan(("echo", """{"text":"a"}"""), (PlanStep.SubGoal, """{"goal":"shout"}"""), ("echo", """{"text":"$2"}""")) with { Continues = true, Tokens = 2 },
            { Expanding: { } part, Plan: var plan } => From(plan.Steps.Count + 1, ("upper", """{"text":"$1"}"""), ("bad", """{"text":"x"}"""), ("echo", $$"""{"text":"${{plan.Steps.Count + 1}}"}""")) with { Tokens = part.Number },
            { Plan.ExtendedAfter.Count: 0 } => More(7, ("echo", """{"text":"$1"}""")) with { Tokens = 4 },
            _ => new Plan { Answer = "done", Tokens = 8 },
        };

        RecordingJournal whole = new();
        AgentResult expected = await Agent(new FunctionPlanner(Decide), [Echo, Upper, Bad], parts => parts.Journal = whole).RunAsync("goal", new AgentRunOptions { RunId = "r" }, cancellationToken);
        Assert.That((expected.Status, expected.Answer, expected.Tokens), Is.EqualTo((AgentStatus.Succeeded, "done", 16L)));
        IReadOnlyList<AgentEvent> events = whole.Events;
        for (int last = 1; last < events.Count; last++)
        {
            RecordingJournal journal = new();
            foreach (AgentEvent happened in events.Take(last))
            {
                await journal.AppendAsync("r", happened, cancellationToken);
            }

            AgentResult? result = null;
            await foreach (AgentEvent happened in Agent(new FunctionPlanner(Decide), [Echo, Upper, Bad], parts => parts.Journal = journal).ResumeStreamingAsync("r", cancellationToken))
            {
                result = (happened as RunCompleted)?.Result;
            }

            string where = $"after {last}, {events[last - 1].GetType().Name}";
            Assert.That((result!.Status, result.Answer, result.Tokens, result.Plans), Is.EqualTo((expected.Status, expected.Answer, expected.Tokens, expected.Plans)), where);
            Assert.That(result.Steps.Select(step => (step.Number, step.Status, step.Text)).Order(), Is.EqualTo(expected.Steps.Select(step => (step.Number, step.Status, step.Text)).Order()), where);
            Assert.That(journal.Events.OfType<PlanExtended>().Count(), Is.EqualTo(3), where);

            ReplayResult replay = await RunReplay.ReplayAsync(Parts(new FunctionPlanner(Decide)), journal.Events, cancellationToken);
            Assert.That(replay.Difference, Is.Null, where);
        }
    }

    private static AgentComponents Parts(IPlanner planner)
    {
        AgentComponents parts = new() { Planner = planner };
        foreach (TestTool tool in new[] { Echo, Upper, Bad })
        {
            parts.Tools.Add(tool);
        }

        return parts;
    }

    private static Plan From(int first, params (string Tool, string Arguments)[] steps) =>
        new() { Steps = [.. steps.Select((step, index) => new PlanStep(first + index, step.Tool, JsonNode.Parse(step.Arguments)!.AsObject()))] };

    private static Plan More(int first, params (string Tool, string Arguments)[] steps) => From(first, steps) with { Continues = true };

    private sealed class Yes : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
    }

    private sealed class FunctionPlanner(Func<PlanningContext, Plan> plan) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(plan(context));
    }
}
