using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Time.Testing;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class LimitTests
{
    [Test]
    public async Task Steps(CancellationToken cancellationToken)
    {
        TestTool tool = new("tool", TestTool.Text);
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(Plan(("tool", """{"text":"x"}"""), ("tool", """{"text":"$1"}"""), ("tool", """{"text":"$2"}"""))), [tool],
            parts => parts.Options.MaxSteps = 2);
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Reason").Contains("2 steps"));
        Assert.That(result.Steps.Count(step => step.Succeeded), Is.EqualTo(2), "what was done is kept");
        Assert.That(tool.Calls, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Steps_count_over_all_plans(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(Plan(("bad", "{}")), Plan(("good", "{}"), ("good", "{}")));
        AutonomousAgent agent = Agent(planner, [TestTool.Throwing("bad", "x"), new TestTool("good")], parts => parts.Options.MaxSteps = 2);
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result.Status, Is.EqualTo(AgentStatus.LimitReached));
        Assert.That(result.Steps, Has.Count.EqualTo(2));
        Assert.That(planner.Contexts[1].StepsLeft, Is.EqualTo(1));
    }

    [Test]
    public async Task Tokens_spent_on_a_plan(CancellationToken cancellationToken)
    {
        TestTool tool = new("tool");
        AutonomousAgent agent = Agent(new ScriptedPlanner(Plan(("tool", "{}")) with { Tokens = 101 }), [tool], parts => parts.Options.MaxTokens = 100);
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Tokens").EqualTo(101).And.Property("Reason").Contains("100 tokens"));
        Assert.That(result.Plan, Is.Not.Null, "the plan that was paid for is in the result");
        Assert.That(tool.Calls, Is.Empty);
    }

    [Test]
    public async Task A_plan_that_takes_the_last_token_is_still_carried_out(CancellationToken cancellationToken)
    {
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(Plan(("tool", "{}")) with { Tokens = 100 }), [new TestTool("tool")], parts => parts.Options.MaxTokens = 100);
        Assert.That((await agent.RunAsync("goal", cancellationToken: cancellationToken)).Status, Is.EqualTo(AgentStatus.Succeeded));
    }

    [Test]
    public async Task Tokens_are_known_to_the_planner_and_end_the_replanning(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(Plan(("bad", "{}")) with { Tokens = 60 }, Plan(("worse", "{}")) with { Tokens = 40 });
        AutonomousAgent agent = Agent(planner, [TestTool.Throwing("bad", "x"), TestTool.Throwing("worse", "y")], parts => parts.Options.MaxTokens = 100);
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(planner.Contexts.Select(context => context.TokensLeft), Is.EqualTo([100, 40]));
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Reason").Contains("tokens"));
    }

    [TestCase(0)]
    [TestCase(2)]
    public async Task Replans(int replans)
    {
        int call = 0;
        TestTool bad = new("bad", TestTool.Text, (_, _) => throw new InvalidOperationException("failure " + ++call));
        ScriptedPlanner planner = new(Enumerable.Range(0, 9).Select(index => Plan(("bad", $$"""{"text":"{{index}}"}"""))));
        AgentResult result = await Agent(planner, [bad], parts => parts.Options.MaxReplans = replans).RunAsync("goal");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Plans").EqualTo(replans + 1));
        Assert.That(result.Reason, Does.Contain($"{replans} replans").And.Contain($"failure {replans + 1}"));
    }

    [Test]
    public async Task Time_ends_a_step_in_flight_that_ignores_cancellation(CancellationToken cancellationToken)
    {
        FakeTimeProvider time = new();
        TaskCompletionSource called = new();
        TestTool hanging = new("hanging", TestTool.Text, (_, _) =>
        {
            called.SetResult();
            return new TaskCompletionSource<object?>().Task;
        });
        AutonomousAgent agent = Agent(
            new ScriptedPlanner(Plan(("quick", "{}"), ("hanging", """{"text":"$1"}"""))), [new TestTool("quick"), hanging],
            parts =>
            {
                parts.TimeProvider = time;
                parts.Options.MaxDuration = TimeSpan.FromSeconds(30);
            });
        Task<AgentResult> running = agent.RunAsync("goal", cancellationToken: cancellationToken);
        await called.Task.WaitAsync(cancellationToken);
        time.Advance(TimeSpan.FromSeconds(31));
        time.Advance(Interruptible.Grace);
        AgentResult result = await running;
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Reason").Contains("30 s"));
        Assert.That(result.Steps.Select(step => step.Status), Is.EqualTo([StepStatus.Succeeded, StepStatus.Cancelled]));
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(31) + Interruptible.Grace));
    }

    [Test]
    public async Task Time_ends_a_planner_that_hangs(CancellationToken cancellationToken)
    {
        FakeTimeProvider time = new();
        TaskCompletionSource asked = new();
        AutonomousAgent agent = Agent(new HangingPlanner(asked), [new TestTool("tool")], parts => parts.TimeProvider = time);
        Task<AgentResult> running = agent.RunAsync("goal", cancellationToken: cancellationToken);
        await asked.Task.WaitAsync(cancellationToken);
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await running).Status, Is.EqualTo(AgentStatus.LimitReached));
    }

    private sealed class HangingPlanner(TaskCompletionSource asked) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
        {
            asked.SetResult();
            return new ValueTask<Plan>(new TaskCompletionSource<Plan>().Task);
        }
    }
}
