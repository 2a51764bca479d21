using System.Diagnostics;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

[NonParallelizable]
public sealed class TelemetryCostTests
{
    private static readonly StepContext Step = new("r", new PlanStep(1, "echo", []), new TestTool("echo"), new JsonObject { ["text"] = "a" }, TimeSpan.FromSeconds(1));
    private static readonly StepResult Result = new(1, "echo", StepStatus.Succeeded);
    private static readonly AgentResult Run = new("r", AgentStatus.Succeeded);
    private static readonly PlanningContext Planning = new("goal", [new TestTool("echo")]);
    private static readonly ScriptedLanguageModel Model = new();

    [Test]
    public void Nothing_is_allocated_where_nobody_listens()
    {
        Assert.That(AgentTelemetry.Source.HasListeners(), Is.False);
        Call(); // Once before, for what is made the first time.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 1000; call++)
        {
            Call();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(TracedLanguageModel.Of(Model), Is.SameAs(Model));
    }

    [Test]
    public void The_measure_sees_a_span()
    {
        using Recording recording = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.GreaterThan(1000));
    }

    private static void Call()
    {
        using Activity? tool = AgentTelemetry.StartTool(Step, includeContent: true);
        AgentTelemetry.EndTool(tool, Result, errorType: null, includeContent: true);
        using Activity? plan = AgentTelemetry.StartPlan(Planning);
        AgentTelemetry.EndAgent(activity: null, "agent", Run, TimeSpan.FromSeconds(1));
        TracedLanguageModel.Of(Model);
    }
}
