using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class ToolStepExecutorTests
{
    [Test]
    public async Task A_tool_that_hangs_and_ignores_cancellation_times_out(CancellationToken cancellationToken)
    {
        FakeTimeProvider time = new();
        TestTool tool = TestTool.Deaf("deaf");
        ToolStepExecutor executor = new(new ActionGate([tool]), new ToolStepExecutorOptions { TimeProvider = time });
        Task<StepResult> running = executor.ExecuteAsync(Step(tool), cancellationToken).AsTask();
        while (tool.Calls.Count == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(running.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(2));
        time.Advance(Interruptible.Grace);
        StepResult result = await running;
        Assert.That(result, Has.Property("Status").EqualTo(StepStatus.TimedOut).And.Property("Elapsed").EqualTo(TimeSpan.FromSeconds(6) + Interruptible.Grace));
        Assert.That(result.Error, Does.Contain("5 s"));
    }

    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""[{"b":{"a":1,"a":2}}]""")]
    [TestCase("deep")]
    public async Task A_result_that_no_journal_could_read_again_fails_the_step(string json)
    {
        string value = json == "deep" ? new string('[', 40) + new string(']', 40) : json;
        TestTool tool = new("tool", TestTool.Empty, (_, _) => Task.FromResult<object?>(JsonDocument.Parse(value).RootElement));
        StepResult result = await new ToolStepExecutor(new ActionGate([tool])).ExecuteAsync(Step(tool));
        Assert.That(result, Has.Property("Status").EqualTo(StepStatus.Failed).And.Property("Value").Null);
    }

    [TestCase(true, StepStatus.TimedOut)]
    [TestCase(false, StepStatus.Succeeded)]
    public async Task A_tool_that_ends_soon_after_its_timeout_is_waited_for(bool observes, StepStatus expected)
    {
        FakeTimeProvider time = new();
        TaskCompletionSource called = new();
        TaskCompletionSource end = new();
        TestTool tool = new("tool", TestTool.Empty, async (_, token) =>
        {
            called.SetResult();
            await end.Task;
            return observes ? throw new OperationCanceledException(token) : "done";
        });
        Task<StepResult> running = new ToolStepExecutor(new ActionGate([tool]), new ToolStepExecutorOptions { TimeProvider = time }).ExecuteAsync(Step(tool)).AsTask();
        await called.Task;
        time.Advance(TimeSpan.FromSeconds(5));
        await Task.Yield();
        Assert.That(running.IsCompleted, Is.False, "the tool may still be at work");
        end.SetResult();
        Assert.That((await running).Status, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_tool_that_blocks_its_thread_can_be_left_behind(CancellationToken cancellationToken)
    {
        using ManualResetEventSlim blocked = new();
        using ManualResetEventSlim release = new();
        TestTool tool = new("blocking", TestTool.Empty, (_, _) =>
        {
            blocked.Set();
            release.Wait(CancellationToken.None);
            return Task.FromResult<object?>(null);
        });
        using CancellationTokenSource cancel = new();
        Task<StepResult> running = new ToolStepExecutor(new ActionGate([tool])).ExecuteAsync(Step(tool), cancel.Token).AsTask();
        blocked.Wait(cancellationToken);
        await cancel.CancelAsync();
        Assert.That((await running.WaitAsync(cancellationToken)).Status, Is.EqualTo(StepStatus.Cancelled));
        release.Set();
    }

    [Test]
    public async Task An_exception_is_a_failed_step_on_one_clean_line()
    {
        TestTool tool = TestTool.Throwing("bad", "no\n  file\u001b[31m \u202E here");
        StepResult result = await new ToolStepExecutor(new ActionGate([tool])).ExecuteAsync(Step(tool));
        Assert.That(result, Has.Property("Status").EqualTo(StepStatus.Failed).And.Property("Error").EqualTo("no file[31m here"));
    }

    [Test]
    public async Task Results_keep_their_kind()
    {
        (object? Value, string Text, JsonValueKind? Kind)[] cases =
        [
            ("a \"text\"", "a \"text\"", JsonValueKind.String),
            (12.5, "12.5", JsonValueKind.Number),
            (true, "true", JsonValueKind.True),
            (JsonNode.Parse("""{"a":[1]}"""), """{"a":[1]}""", JsonValueKind.Object),
            (new TextContent("content"), "content", JsonValueKind.String),
            (JsonDocument.Parse("[1,2]").RootElement, "[1,2]", JsonValueKind.Array),
            (JsonDocument.Parse("null").RootElement, "", null),
        ];
        foreach ((object? value, string text, JsonValueKind? kind) in cases)
        {
            TestTool tool = new("tool", TestTool.Empty, (_, _) => Task.FromResult(value));
            StepResult result = await new ToolStepExecutor(new ActionGate([tool])).ExecuteAsync(Step(tool));
            Assert.That((result.Status, result.Text, result.Value?.ValueKind), Is.EqualTo((StepStatus.Succeeded, text, kind)));
        }
    }

    [Test]
    public async Task Plain_CSharp_methods_work_as_tools()
    {
        AIFunction add = AIFunctionFactory.Create((double left, int right) => left + right, new AIFunctionFactoryOptions
        {
            Name = "add",
            AdditionalProperties = new Dictionary<string, object?> { ["readOnlyHint"] = true },
        });
        ScriptedPlanner planner = new(ScriptedPlanner.Of(
            ("add", """{"left":1.5,"right":2}"""), ("add", """{"left":"$1","right":1}""")));
        AgentResult result = await Runs.Agent(planner, [add]).RunAsync("goal");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Succeeded).And.Property("Answer").EqualTo("4.5"));
    }

    private static StepContext Step(TestTool tool) => new("run", new PlanStep(1, tool.Name, []), tool, [], TimeSpan.FromSeconds(5));

    [TestCase(true, StepStatus.Failed)]
    [TestCase(false, StepStatus.Unknown)]
    public async Task What_acted_and_gave_what_cannot_be_kept_has_not_simply_failed(bool readOnly, StepStatus expected)
    {
        TestTool tool = new("tool", TestTool.Empty, result: JsonDocument.Parse("""{"a":1,"a":2}""").RootElement, readOnly);
        ToolStepExecutor executor = new(new ActionGate([tool], [new Yes()]));
        StepResult result = await executor.ExecuteAsync(new StepContext("r", new PlanStep(1, "tool", []), tool, [], TimeSpan.FromSeconds(5)));
        Assert.That((result.Status, tool.Calls.Count), Is.EqualTo((expected, 1)));
    }

    private sealed class Yes : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
    }
}
