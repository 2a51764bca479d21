using System.Collections.Concurrent;
using System.Diagnostics;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

[NonParallelizable]
public sealed class TelemetryTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Spans_have_the_conventions_names_and_contents_only_when_asked(bool includeContent)
    {
        ConcurrentQueue<Activity> activities = new();
        string run = "telemetry-" + includeContent;
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "AutoGpt.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        AutonomousAgent agent = Runs.Agent(
            new ScriptedPlanner(Runs.Plan(("echo", """{"text":"secret"}"""))), [new TestTool("echo", TestTool.Text, "classified")],
            parts => parts.Options.IncludeContent = includeContent);
        await agent.RunAsync("the goal", new AgentRunOptions { RunId = run });

        Activity invoke = activities.Single(activity => Equals(activity.GetTagItem("gen_ai.conversation.id"), run));
        Activity tool = activities.Single(activity => Equals(activity.GetTagItem("gen_ai.tool.call.id"), run + "/1"));
        Assert.That((invoke.DisplayName, tool.DisplayName), Is.EqualTo(("invoke_agent agent", "execute_tool echo")));
        Assert.That(tool.ParentSpanId, Is.EqualTo(invoke.SpanId));
        Assert.That(tool.GetTagItem("autogpt.tool.attempts"), Is.EqualTo(1));
        string told = string.Join('\n', activities.SelectMany(activity => activity.TagObjects).Select(tag => tag.Value));
        Assert.That((told.Contains("secret", StringComparison.Ordinal), told.Contains("classified", StringComparison.Ordinal), told.Contains("the goal", StringComparison.Ordinal)),
            Is.EqualTo((includeContent, includeContent, includeContent)));
    }
}
