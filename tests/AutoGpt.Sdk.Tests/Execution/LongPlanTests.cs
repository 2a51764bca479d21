using System.Diagnostics;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(120_000)]
public sealed class LongPlanTests
{
    [Test]
    public async Task Thousands_of_steps_one_after_another_are_scheduled_in_no_time(CancellationToken cancellationToken)
    {
        // They change things, so that each depends on all before it: two million dependencies. A second on two cores; asking each of them after every step takes twenty.
        Plan plan = new() { Steps = [.. Enumerable.Range(1, 2000).Select(number => new PlanStep(number, "write", new JsonObject { ["text"] = $"{number}" }))] };
        AutonomousAgent agent = Runs.Agent(new ScriptedPlanner(plan), [new TestTool("write", TestTool.Text, readOnly: false)], parts => parts.Guards.Add(new Yes()));
        Stopwatch watch = Stopwatch.StartNew();
        AgentResult result = await agent.RunAsync("goal", new AgentRunOptions { Limits = new AgentLimits { MaxSteps = 2000, MaxToolCalls = 2000 } }, cancellationToken);
        Assert.That((result.Status, result.Steps.Select(step => step.Number)), Is.EqualTo((AgentStatus.Succeeded, Enumerable.Range(1, 2000))));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    private sealed class Yes : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
    }
}
