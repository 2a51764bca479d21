using System.Text.Json;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

public sealed class ChatLanguageModelTests
{
    private const string Good = """{"steps":[{"tool":"read","arguments":{"path":"a.txt"}}]}""";
    private static readonly JsonElement Schema = JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}""").RootElement;

    [Test]
    public async Task An_agent_on_a_remote_model_survives_malformed_JSON()
    {
        using ScriptedChatClient client = new([Reply("""{"steps":[{"tool":"read","arguments":""", 100, 10), Reply(Good, 120, 20)]);
        AgentResult result = await AutonomousAgent.Create(client.AsLanguageModel(), [new TestTool("read", TestTool.Path)]).RunAsync("read a.txt");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Succeeded).And.Property("Tokens").EqualTo(250));
        Assert.That(client.Requests[1][^1].Text, Does.Contain("not JSON"));
    }

    [Test]
    public async Task A_schema_goes_into_the_instructions_or_into_the_response_format()
    {
        using ScriptedChatClient told = new("""{"a":1}""");
        using ScriptedChatClient native = new("""{"a":1}""");
        Prompt prompt = new() { Instructions = "Do.", Sections = [new("goal", "g"), new("feedback", "f")], Tools = [new TestTool("read", TestTool.Path)] };
        await told.AsLanguageModel().CompleteAsync(prompt, new GenerationOptions { Schema = Schema });
        await native.AsLanguageModel(new ChatLanguageModelOptions { StructuredOutput = StructuredOutput.Native }).CompleteAsync(prompt, new GenerationOptions { Schema = Schema });

        Assert.That(told.Requests[0].Select(message => message.Role), Is.EqualTo([ChatRole.System, ChatRole.User]));
        Assert.That(told.Requests[0][0].Text, Does.StartWith("Do.").And.Contain("- read: Does read.").And.Contain(Schema.GetRawText()));
        Assert.That(told.Requests[0][1].Text, Is.EqualTo("## goal\ng\n\n## feedback\nf"));
        Assert.That(told.Options[0]!.ResponseFormat, Is.Null);
        Assert.That(((ChatResponseFormatJson)native.Options[0]!.ResponseFormat!).Schema!.Value.GetRawText(), Is.EqualTo(Schema.GetRawText()));
        Assert.That(native.Requests[0][0].Text, Does.Not.Contain("JSON Schema"));
        Assert.That(told.Options[0]!.Tools, Is.Null, "tools are described, not offered");
    }

    [Test]
    public async Task What_does_not_fit_is_asked_for_again_and_then_refused()
    {
        using ScriptedChatClient repaired = new([Reply("""{"a":"x"}""", 10, 1), Reply("""Here: {"a":2}.""", 20, 2)]);
        Completion completion = await repaired.AsLanguageModel().CompleteAsync(new Prompt { Instructions = "Do." }, new GenerationOptions { Schema = Schema });
        Assert.That((completion.Text, completion.Usage), Is.EqualTo(("""{"a":2}""", new TokenUsage(30, 3))));

        using ScriptedChatClient hopeless = new([Reply("{}", 10, 1), Reply("{}", 10, 1)]);
        ModelOutputException error = (await Assert.ThrowsAsync<ModelOutputException>(
            () => hopeless.AsLanguageModel().CompleteAsync(new Prompt { Instructions = "Do." }, new GenerationOptions { Schema = Schema })))!;
        Assert.That((error.Tokens, error.Message.Contains("lacks 'a'", StringComparison.Ordinal)), Is.EqualTo((22L, true)));
    }

    [Test]
    public async Task Only_the_planner_sends_back_what_the_planner_asked_for()
    {
        // Each time the schema is met at the second try, and the plan is wrong all the same.
        const string wrong = """{"steps":[{"tool":"read","arguments":{"path":"$1"}}]}""";
        using ScriptedChatClient client = new(Enumerable.Range(0, 9).Select(request => Reply(request % 2 == 0 ? "{}" : wrong, 30, 10)));
        LanguageModelPlanner planner = new(client.AsLanguageModel(new ChatLanguageModelOptions { CountTokens = _ => 5 }), new LanguageModelPlannerOptions { MaxRepairs = 2 });
        AgentResult result = await Runs.Agent(planner, [new TestTool("read", TestTool.Path)], parts => parts.Options.MaxTokens = 150).RunAsync("read a.txt");
        Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Tokens").EqualTo(120));
        Assert.That(client.Options.Select(options => options!.MaxOutputTokens), Is.EqualTo([140, 90, 40]), "three requests, none for more than is left after its prompt");
    }

    [Test]
    public async Task Only_the_evaluator_sends_back_what_the_evaluator_asked_for()
    {
        using ScriptedChatClient client = new(Enumerable.Range(0, 9).Select(request => Reply(request % 2 == 0 ? "{}" : """{"verdict":"ask"}""", 30, 10)));
        LanguageModelEvaluator evaluator = new(client.AsLanguageModel(), new LanguageModelEvaluatorOptions { MaxRepairs = 1 });
        ModelOutputException error = (await Assert.ThrowsAsync<ModelOutputException>(() => evaluator.EvaluateAsync(new EvaluationContext("goal", new Plan(), [])).AsTask()))!;
        Assert.That((client.Requests.Count, error.Tokens), Is.EqualTo((2, 80L)));
    }

    [Test]
    public async Task Truncated_and_filtered_answers_are_cut_off_not_whole()
    {
        foreach (ChatFinishReason reason in (ChatFinishReason[])[ChatFinishReason.Length, ChatFinishReason.ContentFilter])
        {
            using ScriptedChatClient client = new([new ChatResponse(new ChatMessage(ChatRole.Assistant, Good)) { FinishReason = reason }]);
            AgentResult result = await AutonomousAgent.Create(client.AsLanguageModel(), [new TestTool("read", TestTool.Path)]).RunAsync("goal");
            Assert.That(result, Has.Property("Status").EqualTo(AgentStatus.Failed).And.Property("Reason").Contains("cut off"));
            Assert.That(client.Requests, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Usage_that_nobody_counted_is_estimated_and_said_so()
    {
        using ScriptedChatClient client = new("12345678");
        Completion completion = await client.AsLanguageModel().CompleteAsync(new Prompt { Instructions = "1234567890" });
        Assert.That(completion.Usage, Is.EqualTo(new TokenUsage(3, 2)));
        Assert.That(completion.NotHonored, Is.EqualTo(["Usage (estimated)"]));
        using ScriptedChatClient counting = new([Reply("x", 7, 9)]);
        completion = await counting.AsLanguageModel().CompleteAsync(new Prompt { Instructions = "x" });
        Assert.That(completion, Has.Property("Usage").EqualTo(new TokenUsage(7, 9)).And.Property("NotHonored").Empty);
    }

    [Test]
    public async Task Options_are_passed_on_refused_or_reported()
    {
        using ScriptedChatClient client = new("a", "b");
        ILanguageModel model = client.AsLanguageModel();
        SamplingOptions sampling = new() { Temperature = 0.5f, TopK = 7, TopP = 0.9f };
        await model.CompleteAsync(new Prompt { Instructions = "x" }, new GenerationOptions { MaxTokens = 12, Seed = 3, Stops = ["END"], Sampling = sampling });
        ChatOptions options = client.Options[0]!;
        Assert.That((options.MaxOutputTokens, options.Seed, options.Temperature, options.TopK, options.TopP), Is.EqualTo((12, 3L, 0.5f, 7, 0.9f)));
        Assert.That(options.StopSequences, Is.EqualTo(["END"]));

        GenerationOptions unsupported = new() { LogProbabilities = true, Sampling = new SamplingOptions { MinP = 0.1f } };
        Assert.That(() => model.CompleteAsync(new Prompt { Instructions = "x" }, unsupported), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("LogProbabilities, MinP"));
        Completion completion = await model.CompleteAsync(new Prompt { Instructions = "x" }, unsupported with { AllowUnsupported = true });
        Assert.That(completion.NotHonored, Is.SupersetOf((string[])["LogProbabilities", "MinP"]));
        Assert.That(() => model.CompleteAsync(Prompt.Continue("x")), Throws.InstanceOf<NotSupportedException>());
    }

    [Test]
    public void A_chat_client_is_never_masked() =>
        Assert.That(() => new ScriptedChatClient("x").AsLanguageModel(new ChatLanguageModelOptions { StructuredOutput = StructuredOutput.Masked }), Throws.ArgumentException);

    private static ChatResponse Reply(string text, int input, int output) => new(new ChatMessage(ChatRole.Assistant, text))
    {
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output },
    };
}
