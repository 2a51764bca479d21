using System.Text.Json;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

public sealed class LanguageModelChatClientTests
{
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Hello")];

    [Test]
    public async Task A_response_has_text_usage_and_finish()
    {
        ScriptedLanguageModel model = new(new ScriptedReply("Hello to you, too.") { Usage = new TokenUsage(5, 6), Finish = FinishReason.Length });
        using IChatClient client = model.AsChatClient();
        ChatResponse response = await client.GetResponseAsync(Messages, new ChatOptions { Instructions = "Be kind." });
        Assert.That((response.Text, response.FinishReason, response.ModelId), Is.EqualTo(("Hello to you, too.", ChatFinishReason.Length, "scripted")));
        Assert.That((response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount), Is.EqualTo((5, 6, 11)));
        Assert.That(response.Messages, Has.Count.EqualTo(1));
        Assert.That(model.Prompts.Single(), Has.Property("Instructions").EqualTo("Be kind.").And.Property("Messages").EqualTo(Messages));
    }

    [Test]
    public async Task Text_is_streamed_in_pieces()
    {
        using IChatClient client = new ScriptedLanguageModel("0123456789") { ChunkLength = 4 }.AsChatClient();
        List<string> pieces = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Messages))
        {
            pieces.Add(update.Text);
        }

        Assert.That(pieces, Is.EqualTo(["0123", "4567", "89", ""]));
    }

    [Test]
    public async Task Options_become_generation_options()
    {
        ScriptedLanguageModel model = new("{}", "x");
        using IChatClient client = model.AsChatClient();
        JsonElement schema = JsonDocument.Parse("""{"type":"object"}""").RootElement;
        await client.GetResponseAsync(Messages, new ChatOptions
        {
            MaxOutputTokens = 9, Temperature = 0.5f, TopK = 3, TopP = 0.8f, Seed = 4, StopSequences = ["x"], ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "s"),
        });
        await client.GetResponseAsync(Messages);
        GenerationOptions options = model.Options[0];
        Assert.That((options.MaxTokens, options.Seed, options.Sampling), Is.EqualTo((9, 4, new SamplingOptions { Temperature = 0.5f, TopK = 3, TopP = 0.8f })));
        Assert.That(options.Stops, Is.EqualTo(["x"]));
        Assert.That(options.Schema!.Value.GetRawText(), Is.EqualTo(schema.GetRawText()));
        Assert.That(model.Options[1].Sampling, Is.EqualTo(SamplingOptions.Greedy));
    }

    private static IEnumerable<TestCaseData> Unsupported()
    {
        yield return new TestCaseData(new ChatOptions { Tools = [new TestTool("x")] }, "Tools");
        yield return new TestCaseData(new ChatOptions { FrequencyPenalty = 1 }, "FrequencyPenalty");
        yield return new TestCaseData(new ChatOptions { PresencePenalty = 1 }, "PresencePenalty");
        yield return new TestCaseData(new ChatOptions { ModelId = "other" }, "ModelId");
        yield return new TestCaseData(new ChatOptions { ConversationId = "c" }, "ConversationId");
        yield return new TestCaseData(new ChatOptions { Seed = long.MaxValue }, "Seed");
        yield return new TestCaseData(new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, "ResponseFormat");
    }

    [TestCaseSource(nameof(Unsupported))]
    public async Task What_cannot_be_honoured_is_refused_or_reported(ChatOptions options, string name)
    {
        ScriptedLanguageModel model = new("x");
        using IChatClient strict = model.AsChatClient();
        Assert.That(() => strict.GetResponseAsync(Messages, options), Throws.InstanceOf<NotSupportedException>().With.Message.Contains(name));
        using IChatClient lenient = model.AsChatClient(allowUnsupported: true);
        ChatResponse response = await lenient.GetResponseAsync(Messages, options);
        Assert.That(response.AdditionalProperties!["notHonored"], Is.EqualTo((string[])[name]));
    }

    [Test]
    public async Task JSON_without_a_schema_is_an_object_of_any_kind_unless_a_mask_would_leave_it_empty()
    {
        ChatOptions options = new() { ResponseFormat = ChatResponseFormat.Json };
        ScriptedLanguageModel masked = new("x");
        await masked.AsChatClient(allowUnsupported: true).GetResponseAsync(Messages, options);
        Assert.That(masked.Options.Single().Schema, Is.Null);

        ScriptedLanguageModel remote = new("{}") { Description = new ModelDescription("remote", "test") { StructuredOutput = StructuredOutput.ValidatedWithRepair } };
        await remote.AsChatClient().GetResponseAsync(Messages, options);
        Assert.That(remote.Options.Single().Schema!.Value.GetRawText(), Is.EqualTo("""{"type":"object"}"""));
    }

    [Test]
    public void Services_reach_through()
    {
        ScriptedLanguageModel model = new("x");
        using IChatClient client = model.AsChatClient();
        Assert.That(client.GetService<ILanguageModel>(), Is.SameAs(model));
        Assert.That(client.GetService<ChatClientMetadata>()!.DefaultModelId, Is.EqualTo("scripted"));
        Assert.That(client.AsLanguageModel().Description, Is.EqualTo(new ModelDescription("scripted", "testing") { StructuredOutput = StructuredOutput.ValidatedWithRepair }));
    }
}
