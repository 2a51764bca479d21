using System.Diagnostics;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

[NonParallelizable]
[CancelAfter(30_000)]
public sealed class TraceTests
{
    private const string Reply = """{"steps":[{"tool":"echo","arguments":{"text":"a"}},{"tool":"echo","arguments":{"text":"b"}}]}""";

    [Test]
    public async Task A_run_is_one_tree_below_the_callers_span()
    {
        using ActivitySource callers = new("callers");
        using Recording recording = new("callers");
        ScriptedLanguageModel model = new(
            new ScriptedReply(Reply) { Usage = new TokenUsage(100, 20) }, new ScriptedReply("""{"verdict":"accept"}""") { Usage = new TokenUsage(50, 5) });
        AutonomousAgent agent = AutonomousAgent.Create(model, [Echo(callers)], parts =>
        {
            parts.Options.Name = "clerk";
            parts.Evaluator = new LanguageModelEvaluator(model);
        });
        using (callers.StartActivity("request"))
        {
            await agent.RunAsync("goal", new AgentRunOptions { RunId = "r" });
            Assert.That(Activity.Current!.DisplayName, Is.EqualTo("request"), "the caller's span is left as it was");
        }

        Activity invoke = recording.Span("invoke_agent clerk");
        Activity plan = recording.Span("plan clerk");
        Assert.That(Parent(invoke).DisplayName, Is.EqualTo("request"));
        Assert.That(Parent(plan), Is.SameAs(invoke));
        Activity[] chats = [.. recording.Spans.Where(span => span.DisplayName == "chat scripted").OrderBy(span => span.StartTimeUtc)];
        Assert.That(chats.Select(Parent), Is.EqualTo([plan, invoke]), "what plans is below the plan, what judges below the run");
        Activity[] tools = [.. recording.Spans.Where(span => span.DisplayName == "execute_tool echo")];
        Assert.That(tools.Select(Parent), Is.EqualTo([invoke, invoke]));

        // Steps side by side do not mix: what each tool did is below its own span.
        Activity[] works = [.. recording.Spans.Where(span => span.DisplayName.StartsWith("work", StringComparison.Ordinal))];
        Assert.That(works.Select(work => work.DisplayName[^1..] == "a" ? "r/1" : "r/2"), Is.EqualTo(works.Select(work => Parent(work).GetTagItem("gen_ai.tool.call.id"))));
        Assert.That(works, Has.Length.EqualTo(2));

        Activity Parent(Activity of) => recording.Spans.Single(span => span.SpanId == of.ParentSpanId && span.TraceId == of.TraceId);
    }

    [Test]
    public async Task Spans_have_the_attributes_of_the_conventions()
    {
        using Recording recording = new();
        ScriptedLanguageModel model = new(new ScriptedReply(Reply) { Usage = new TokenUsage(100, 20), LogProbabilities = [-0.1], Delay = TimeSpan.FromMilliseconds(20) });
        await AutonomousAgent.Create(model, [Echo()], parts => parts.Options.Name = "clerk").RunAsync("goal", new AgentRunOptions { RunId = "r", Seed = 7 });

        Assert.That(Tags(recording.Span("invoke_agent clerk")), Is.SupersetOf(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "invoke_agent", ["gen_ai.provider.name"] = "autogpt", ["gen_ai.agent.name"] = "clerk", ["gen_ai.conversation.id"] = "r",
            ["autogpt.run.status"] = "succeeded", ["autogpt.run.plans"] = 1, ["autogpt.run.steps"] = 2, ["autogpt.run.tokens"] = 120L,
        }));
        ActivityEvent judged = recording.Span("invoke_agent clerk").Events.Single();
        Assert.That((judged.Name, judged.Tags.ToDictionary()["gen_ai.evaluation.name"], judged.Tags.ToDictionary()["gen_ai.evaluation.score.label"]),
            Is.EqualTo(("gen_ai.evaluation.result", "OutcomeEvaluator", "accept")));
        Assert.That(Tags(recording.Span("plan clerk")), Is.SupersetOf(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "plan", ["gen_ai.agent.name"] = "clerk", ["gen_ai.conversation.id"] = "r",
            ["autogpt.plan.number"] = 1, ["autogpt.plan.steps"] = 2, ["autogpt.plan.asks"] = false, ["autogpt.plan.tokens"] = 120L,
        }));
        Activity chat = recording.Span("chat scripted");
        Assert.That(Tags(chat), Is.SupersetOf(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "chat", ["gen_ai.provider.name"] = "testing", ["gen_ai.request.model"] = "scripted", ["gen_ai.response.model"] = "scripted",
            ["gen_ai.request.seed"] = 7, ["gen_ai.output.type"] = "json", ["gen_ai.agent.name"] = "clerk", ["gen_ai.conversation.id"] = "r",
            ["gen_ai.usage.input_tokens"] = 100, ["gen_ai.usage.output_tokens"] = 20, ["autogpt.prompt.task"] = "plan",
        }));
        Assert.That(chat.GetTagItem("gen_ai.response.finish_reasons"), Is.EqualTo(new[] { "stop" }));
        Assert.That(chat.Kind, Is.EqualTo(ActivityKind.Client));
        Assert.That(chat.GetTagItem("gen_ai.response.time_to_first_chunk"), Is.GreaterThan(0.015).And.LessThanOrEqualTo(chat.Duration.TotalSeconds));
        Assert.That(recording.Spans.Where(span => span.DisplayName == "execute_tool echo").Select(Tags), Has.All.SupersetOf(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "execute_tool", ["gen_ai.tool.name"] = "echo", ["gen_ai.tool.type"] = "function",
            ["gen_ai.agent.name"] = "clerk", ["gen_ai.conversation.id"] = "r", ["autogpt.step.status"] = "succeeded", ["autogpt.tool.attempts"] = 1,
        }));
        Assert.That(recording.Spans, Has.All.Property("Status").EqualTo(ActivityStatusCode.Unset));
    }

    [Test]
    public async Task What_fails_names_its_error()
    {
        using Recording recording = new();
        TestTool bad = new TestTool("bad", TestTool.Path, (_, _) => throw new InvalidOperationException("no"));
        TestTool deaf = new("deaf", TestTool.Path, (_, _) => new TaskCompletionSource<object?>().Task);
        await Runs.Agent(new ScriptedPlanner(Runs.Plan(("bad", """{"path":"b.txt"}"""), ("deaf", """{"path":"c.txt"}"""), ("write", """{"path":"a.txt"}"""))), [bad, deaf, new TestTool("write", TestTool.Path, readOnly: false)], parts =>
        {
            parts.Options.StepTimeout = TimeSpan.FromMilliseconds(50);
            parts.Options.MaxReplans = 1;
        }).RunAsync("goal");

        Assert.That(Error("execute_tool bad"), Is.EqualTo(typeof(InvalidOperationException).FullName));
        Assert.That(Error("execute_tool deaf"), Is.EqualTo("timedOut"));
        Assert.That(Error("execute_tool write"), Is.EqualTo("refused"));
        Assert.That(Error("invoke_agent agent"), Is.EqualTo("refused"));

        using Recording second = new();
        ScriptedLanguageModel model = new(new ScriptedReply("{") { Failure = new TimeoutException("too slow") });
        await AutonomousAgent.Create(model, [new TestTool("read")]).RunAsync("goal");
        Assert.That(
            second.Spans.Select(span => (span.DisplayName, span.GetTagItem("error.type"), span.Status)),
            Is.EquivalentTo([
                ("chat scripted", "System.TimeoutException", ActivityStatusCode.Error), ("plan agent", "System.TimeoutException", ActivityStatusCode.Error),
                ("invoke_agent agent", (object)"failed", ActivityStatusCode.Error)]));

        object? Error(string span) => recording.Span(span).Status == ActivityStatusCode.Error ? recording.Span(span).GetTagItem("error.type") : "no error";
    }

    [Test]
    public async Task A_question_is_no_error()
    {
        using Recording recording = new();
        await Runs.Agent(new ScriptedPlanner(Plan.Ask("Which?")), [new TestTool("read")]).RunAsync("goal");
        Assert.That(recording.Span("invoke_agent agent").Status, Is.EqualTo(ActivityStatusCode.Unset));
        Assert.That(recording.Span("plan agent").GetTagItem("autogpt.plan.asks"), Is.True);
    }

    [Test]
    public async Task A_run_that_goes_on_links_to_where_it_began()
    {
        using Recording recording = new();
        RecordingJournal journal = new();
        await Runs.Agent(new ScriptedPlanner(Runs.Plan(("read", "{}"))), [new TestTool("read")], parts => parts.Journal = journal).RunAsync("goal", new AgentRunOptions { RunId = "r" });
        RecordingJournal half = new();
        foreach (AgentEvent happened in journal.Events.Take(2))
        {
            await half.AppendAsync("r", happened);
        }

        AutonomousAgent next = Runs.Agent(new ScriptedPlanner(), [new TestTool("read")], parts => parts.Journal = half);
        await foreach (AgentEvent _ in next.ResumeStreamingAsync("r"))
        {
        }

        Activity[] parts = [.. recording.Spans.Where(span => span.DisplayName == "invoke_agent agent")];
        Assert.That(parts.Select(part => part.GetTagItem("gen_ai.conversation.id")), Is.EqualTo(["r", "r"]));
        Assert.That(parts[0].Links, Is.Empty);
        Assert.That(parts[1].Links.Select(link => (link.Context.TraceId, link.Context.SpanId)), Is.EqualTo([(parts[0].TraceId, parts[0].SpanId)]));
    }

    [Test]
    public async Task A_model_that_traces_itself_is_not_traced_twice()
    {
        using Recording recording = new();
        await AutonomousAgent.Create(new SelfTraced(Reply), [Echo()]).RunAsync("goal");
        Assert.That(recording.Spans.Select(span => span.DisplayName), Has.None.StartsWith("chat"));
    }

    private static TestTool Echo(ActivitySource? works = null) => new("echo", TestTool.Text, async (arguments, token) =>
    {
        string text = arguments["text"]!.GetValue<string>();
        using Activity? work = works?.StartActivity("work " + text);
        await Task.Delay(20, token);
        return text;
    });

    private static Dictionary<string, object?> Tags(Activity span) => span.TagObjects.ToDictionary();

    private sealed class SelfTraced(string reply) : ILanguageModel
    {
        private readonly ScriptedLanguageModel _model = new(reply);

        public ModelDescription Description => _model.Description;

        public IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            _model.GenerateAsync(prompt, options, cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ActivitySource) ? new ActivitySource("its own") : _model.GetService(serviceType, serviceKey);
    }
}
