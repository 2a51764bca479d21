using System.Text.Json;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.Logging.Testing;

namespace AutoGpt.Sdk.Tests;

/// <summary>Nothing a person, a tool or a model said is in traces, metrics or logs, unless asked for.</summary>
[NonParallelizable]
public sealed class ContentTests
{
    // Each stands where contents come from, and is a word of no program.
    private const string InGoal = "canary-goal", InFact = "canary-fact", InArgument = "canary-argument", InResult = "canary-result", InToolError = "canary-toolerror",
        InModelText = "canary-modeltext", InVerdict = "canary-verdict", InFault = "canary-fault", InGuard = "canary-guard";

    private static readonly Goal Goal = new(InGoal) { Facts = [InFact] };

    [TestCase(false)]
    [TestCase(true)]
    public async Task Contents_are_told_only_when_asked_for(bool includeContent)
    {
        using Recording recording = new();
        FakeLogCollector logs = new();
        await RunAsync(includeContent, logs);
        string spans = recording.SpanText;
        string logged = string.Join('\n', logs.GetSnapshot().Select(Text));
        Assert.That(spans, Does.Contain("invoke_agent").And.Contains("execute_tool").And.Contains("chat").And.Contains("error.type"));
        Assert.That(logged, Does.Contain("failed with System.InvalidOperationException").And.Contains("broke with System.InvalidCastException"));
        Assert.That(recording.MetricText, Does.Contain("gen_ai.client.token.usage").And.Contains("error.type").And.Not.Contains("canary"), "metrics never tell contents");
        if (includeContent)
        {
            foreach (string canary in (string[])[InGoal, InFact, InArgument, InResult, InToolError, InModelText, InVerdict, InFault, InGuard])
            {
                Assert.That(spans, Does.Contain(canary));
            }

            Assert.That(logged, Does.Contain(InToolError).And.Contains(InFault));
        }
        else
        {
            Assert.That(spans, Does.Not.Contain("canary"));
            Assert.That(logged, Does.Not.Contain("canary"));
        }
    }

    [Test]
    public async Task Messages_have_the_form_of_the_conventions()
    {
        using Recording recording = new();
        await RunAsync(includeContent: true, new FakeLogCollector());
        using JsonDocument input = JsonDocument.Parse((string)recording.Spans.First(span => span.DisplayName == "invoke_agent agent").GetTagItem("gen_ai.input.messages")!);
        JsonElement message = input.RootElement[0];
        Assert.That(message.GetProperty("role").GetString(), Is.EqualTo("user"));
        Assert.That(message.GetProperty("parts").EnumerateArray().Select(part => (part.GetProperty("type").GetString(), part.GetProperty("content").GetString())),
            Is.EqualTo([("text", InGoal), ("text", InFact)]));
        using JsonDocument output = JsonDocument.Parse((string)recording.Spans.First(span => span.DisplayName == "chat scripted").GetTagItem("gen_ai.output.messages")!);
        Assert.That(output.RootElement[0].GetProperty("finish_reason").GetString(), Is.EqualTo("stop"));
    }

    private static async Task RunAsync(bool includeContent, FakeLogCollector logs)
    {
        FakeLogger logger = new(logs);

        // A first plan that fails, one that is refused by a guard, a judge that gives a reason; then runs whose planner and journal are at fault.
        ScriptedLanguageModel model = new(
            $$$"""{"steps":[{"tool":"echo","arguments":{"text":"{{{InArgument}}} {{{InModelText}}}"}},{"tool":"bad","arguments":{}}]}""",
            $$$"""{"verdict":"replan","reason":"{{{InVerdict}}}"}""",
            """{"steps":[{"tool":"write","arguments":{}}]}""",
            new ScriptedReply("""{"verdict":"accept"}""") { Failure = new HttpRequestException(InFault) });
        await AutonomousAgent.Create(model, [new TestTool("echo", TestTool.Text, InResult), TestTool.Throwing("bad", InToolError), new TestTool("write", readOnly: false)], parts =>
        {
            parts.Evaluator = new LanguageModelEvaluator(model);
            parts.Guards.Add(new Refusing());
            parts.Logger = logger;
            parts.Options.IncludeContent = includeContent;
        }).RunAsync(Goal);
        await Runs.Agent(new Faulty(), [new TestTool("echo")], parts =>
        {
            parts.Logger = logger;
            parts.Journal = new RecordingJournal { OnAppend = happened => _ = happened is RunCompleted ? throw new InvalidDataException(InFault) : happened };
            parts.Options.IncludeContent = includeContent;
        }).RunAsync(Goal);
    }

    private static string Text(FakeLogRecord record) =>
        $"{record.Message}\n{record.Exception}\n{string.Join('\n', (record.StructuredState ?? []).Select(pair => pair.Value))}\n{string.Join('\n', record.Scopes)}";

    private sealed class Refusing : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(request.Tool == "write" ? new ActionDecision(ActionPermission.Deny, InGuard) : ActionDecision.Abstain);
    }

    private sealed class Faulty : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) => throw new InvalidCastException($"{InFault} {context.Goal.Text}");
    }
}
