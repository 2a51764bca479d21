using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class LogTests
{
    [Test]
    public async Task A_run_is_logged_from_its_beginning_to_its_end()
    {
        FakeLogger logger = new();
        await Runs.Agent(new ScriptedPlanner(Runs.Plan(("read", """{"path":"c.txt"}"""), ("bad", """{"path":"b.txt"}"""), ("write", """{"path":"a.txt"}"""))), [new TestTool("read", TestTool.Path), new TestTool("bad", TestTool.Path, (_, _) => throw new InvalidOperationException("no")), new TestTool("write", TestTool.Path, readOnly: false)],
            parts => parts.Logger = logger).RunAsync("goal", new AgentRunOptions { RunId = "r" });
        FakeLogRecord[] records = [.. logger.Collector.GetSnapshot()];
        Assert.That(records.Select(record => record.Id.Id).Order(), Is.EqualTo([1, 2, 3, 4, 5, 6]));
        Assert.That(records.Select(record => record.GetStructuredStateValue("RunId")), Has.All.EqualTo("r"));
        Assert.That(records.Single(record => record.Id.Id == 5), Has.Property("Level").EqualTo(LogLevel.Warning).And.Property("Message").EqualTo("Run r: step 3 (write) was refused."));
        Assert.That(records.Single(record => record.Id.Id == 6).Message, Is.EqualTo("Run r: step 2 (bad) failed with System.InvalidOperationException."));
    }

    [Test]
    public async Task A_fault_is_logged_with_where_it_came_from()
    {
        FakeLogger logger = new();
        await Runs.Agent(new Faulty(), [new TestTool("read")], parts => parts.Logger = logger).RunAsync("goal");
        FakeLogRecord broke = logger.Collector.GetSnapshot().Single(record => record.Id.Id == 7);
        Assert.That(broke.Level, Is.EqualTo(LogLevel.Error));
        Assert.That(broke.GetStructuredStateValue("ErrorType"), Is.EqualTo("System.InvalidCastException"));
        Assert.That(broke.GetStructuredStateValue("Stack"), Does.Contain(nameof(Faulty)));
    }

    private sealed class Faulty : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) => throw new InvalidCastException("secret");
    }
}
