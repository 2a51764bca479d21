using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class BudgetTests
{
    private static readonly TestTool Tool = new("tool", TestTool.Text);

    [Test]
    public async Task Tool_calls_end_a_run_with_what_is_left_to_do(CancellationToken cancellationToken)
    {
        ScriptedPlanner planner = new(Plan(("tool", """{"text":"a"}"""), ("tool", """{"text":"$1"}"""), ("tool", """{"text":"$2"}""")));
        AgentResult result = await Agent(planner, [Tool], parts => parts.Options.MaxToolCalls = 2).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Reason), Is.EqualTo((AgentStatus.LimitReached, "The limit of 2 tool calls was reached. Left to do: step 3 (tool).")));
        Assert.That(result.Steps.Count(step => step.Succeeded), Is.EqualTo(2));
        Assert.That(result.Remaining.Select(step => step.Number), Is.EqualTo([3]));
    }

    [Test]
    public async Task Retries_are_calls_and_steps_side_by_side_share_them(CancellationToken cancellationToken)
    {
        int calls = 0;
        TestTool flaky = new("flaky", TestTool.Text, (_, _) =>
        {
            Interlocked.Increment(ref calls);
            throw new TimeoutException("busy");
        });
        ScriptedPlanner planner = new(Plan([.. Enumerable.Range(0, 4).Select(number => ("flaky", $$"""{"text":"{{number}}"}"""))]));
        AutonomousAgent agent = Agent(planner, [flaky], parts =>
        {
            parts.Options.MaxToolCalls = 9;
            parts.Options.Retry = new ToolRetryOptions { MaxRetries = 5, BaseDelay = TimeSpan.FromMilliseconds(1) };
        });
        AgentResult result = await agent.RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((calls, result.Steps.Sum(step => step.Attempts)), Is.EqualTo((9, 9)), "four first calls and five retries among them");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.LimitReached).And.Property("Reason").Contains("9 tool calls"));
    }

    [Test]
    public async Task What_a_plan_costs_adds_up_and_ends_the_run(CancellationToken cancellationToken)
    {
        // 1,000 tokens read at 2 and 500 written at 10 a million: 0.007 a plan.
        ScriptedLanguageModel model = new((_, _) => new ScriptedReply("""{"steps":[{"tool":"bad","arguments":{}}]}""") { Usage = new TokenUsage(1000, 500) })
        {
            Description = new ModelDescription("priced", "testing") { StructuredOutput = StructuredOutput.Masked, Price = new TokenPrice(2, 10) },
        };
        int tried = 0;
        TestTool bad = new("bad", TestTool.Empty, (_, _) => throw new InvalidOperationException($"broken {++tried}"));
        AgentResult result = await Agent(new LanguageModelPlanner(model), [bad, Tool], parts => (parts.Options.MaxCost, parts.Options.MaxReplans) = (0.0069m, 9)).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Cost), Is.EqualTo((AgentStatus.LimitReached, 0.007m)));
        Assert.That(result.Reason, Does.StartWith("The limit of 0.0069 for the cost of models was reached: 0.007 was spent."));
        Assert.That(bad.Calls, Is.Empty, "a plan beyond the limit is not carried out");
    }

    [Test]
    public async Task What_a_request_can_cost_is_held_against_the_limit_before_it_is_made(CancellationToken cancellationToken)
    {
        using ScriptedChatClient client = new("""{"steps":[{"tool":"tool","arguments":{"text":"a"}}]}""");
        ILanguageModel model = client.AsLanguageModel(new ChatLanguageModelOptions { CountTokens = _ => 100, Price = new TokenPrice(1000, 1000) });

        // Two messages of 100 tokens cost 0.2; what is left pays for 50 more.
        AgentResult result = await Agent(new LanguageModelPlanner(model), [Tool], parts => parts.Options.MaxCost = 0.25m).RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That(client.Options.Single()!.MaxOutputTokens, Is.EqualTo(50));

        using ScriptedChatClient never = new("never");
        AgentResult refused = await Agent(new LanguageModelPlanner(never.AsLanguageModel(new ChatLanguageModelOptions { CountTokens = _ => 100, Price = new TokenPrice(1000, 1000) })), [Tool], parts => parts.Options.MaxCost = 0.2m)
            .RunAsync("goal", cancellationToken: cancellationToken);
        Assert.That((refused.Status, refused.Cost, never.Requests.Count), Is.EqualTo((AgentStatus.LimitReached, 0m, 0)), "nothing was spent to find it out");
        Assert.That(refused.Reason, Does.Contain("0.2 for the cost"));
    }

    [Test]
    public async Task What_a_request_reads_is_held_against_the_limit_before_it_is_made(CancellationToken cancellationToken)
    {
        using ScriptedChatClient client = new("never");
        AgentResult result = await Agent(new LanguageModelPlanner(client.AsLanguageModel()), [Tool], parts => parts.Options.MaxTokens = 200).RunAsync(new string('x', 1000), cancellationToken: cancellationToken);
        Assert.That((result.Status, result.Tokens, client.Requests.Count), Is.EqualTo((AgentStatus.LimitReached, 0L, 0)));
    }

    [TestCase(600, 99, "The limit of 600 tokens")]
    [TestCase(100_000, 0.6, "The limit of 0.6 for the cost")]
    public async Task An_answer_that_a_limit_cuts_off_ends_the_run_by_that_limit(int tokens, decimal cost, string reason)
    {
        // The provider reads less than was estimated, so that something is left when the answer is cut off.
        ChatResponse cut = new(new ChatMessage(ChatRole.Assistant, """{"steps":[""")) { FinishReason = ChatFinishReason.Length, Usage = new UsageDetails { InputTokenCount = 100, OutputTokenCount = 400 } };
        using ScriptedChatClient client = new([cut]);
        ILanguageModel model = client.AsLanguageModel(new ChatLanguageModelOptions { CountTokens = _ => 100, Price = new TokenPrice(1000, 1000) });
        AgentResult result = await Agent(new LanguageModelPlanner(model), [Tool], parts => (parts.Options.MaxTokens, parts.Options.MaxCost) = (tokens, cost)).RunAsync("goal");
        Assert.That(client.Options.Single()!.MaxOutputTokens, Is.EqualTo(400));
        Assert.That((result.Status, result.Tokens, result.Cost), Is.EqualTo((AgentStatus.LimitReached, 500L, 0.5m)));
        Assert.That(result.Reason, Does.StartWith(reason));
    }

    [Test]
    public void Characters_that_are_not_ASCII_count_each()
    {
        ILanguageModel model = new ScriptedChatClient("x").AsLanguageModel();
        int Count(string text) => model.GetService<ITokenCounter>()!.CountPrompt(new Prompt { Messages = [new ChatMessage(ChatRole.User, text)] }, new GenerationOptions());
        Assert.That((Count("12345678"), Count("123456789"), Count("一二三四"), Count("")), Is.EqualTo((2, 3, 4, 0)));
    }

    [Test]
    public async Task A_run_that_goes_on_has_what_was_left(CancellationToken cancellationToken)
    {
        RecordingJournal journal = new();
        AgentEvent[] events =
        [
            new RunStarted("r", "goal", new AgentLimits { MaxCost = 1, MaxToolCalls = 1 }, 0),
            new PlanCreated(Plan(("tool", """{"text":"a"}"""), ("tool", """{"text":"$1"}""")) with { Cost = 0.75m, Tokens = 5 }),
            new StepStarted(new PlanStep(1, "tool", [])), new StepCompleted(new StepResult(1, "tool", StepStatus.Succeeded)),
        ];
        foreach ((int index, AgentEvent happened) in events.Index())
        {
            await journal.AppendAsync("r", happened with { Sequence = index + 1 }, cancellationToken);
        }

        AgentResult? result = null;
        await foreach (AgentEvent happened in Agent(new ScriptedPlanner(), [Tool], parts => parts.Journal = journal).ResumeStreamingAsync("r", cancellationToken))
        {
            result = (happened as RunCompleted)?.Result;
        }

        Assert.That((result!.Status, result.Cost, result.Remaining.Count), Is.EqualTo((AgentStatus.LimitReached, 0.75m, 1)));
    }

    [Test]
    public async Task A_judgement_that_took_too_much_stands_in_whatever_part_of_the_run(CancellationToken cancellationToken)
    {
        AgentEvent[] events =
        [
            new RunStarted("r", "goal", new AgentLimits { MaxTokens = 10 }, 0),
            new PlanCreated(Plan(("tool", """{"text":"a"}""")) with { Tokens = 9 }),
            new StepStarted(new PlanStep(1, "tool", [])), new StepCompleted(new StepResult(1, "tool", StepStatus.Succeeded)),
            new PlanEvaluated(new Evaluation(Verdict.Accept) { Answer = "good", Tokens = 5 }),
        ];
        RecordingJournal journal = new();
        foreach ((int index, AgentEvent happened) in events.Index())
        {
            await journal.AppendAsync("r", happened with { Sequence = index + 1 }, cancellationToken);
        }

        AgentResult? result = null;
        await foreach (AgentEvent happened in Agent(new ScriptedPlanner(), [Tool], parts => parts.Journal = journal).ResumeStreamingAsync("r", cancellationToken))
        {
            result = (happened as RunCompleted)?.Result;
        }

        Assert.That((result!.Status, result.Answer, result.Tokens), Is.EqualTo((AgentStatus.Succeeded, "good", 14L)), "as it would have ended without a break");
    }

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void Limits_have_their_ranges(int calls, int cost) =>
        Assert.That(() => new AgentLimits { MaxToolCalls = calls, MaxCost = cost }.Validate(), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
