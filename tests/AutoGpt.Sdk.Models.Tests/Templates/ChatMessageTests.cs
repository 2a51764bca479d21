using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Chat messages in the form that templates read.</summary>
public sealed class ChatMessageTests
{
    private static readonly ChatTemplate s_json = ChatTemplate.Compile("{{ messages | tojson }}");

    [Test]
    public void Texts_reasoning_calls_and_results_have_Hugging_Faces_form()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.System, "s"),
            new(ChatRole.User, "u") { AuthorName = "ann" },
            new(ChatRole.Assistant,
            [
                new TextReasoningContent("why"), new TextContent("a"), new TextContent("b"),
                new FunctionCallContent("1", "f", new Dictionary<string, object?>
                {
                    ["text"] = "x", ["whole"] = 1, ["part"] = 1.5, ["none"] = null, ["list"] = new[] { 1, 2 }, ["json"] = JsonSerializer.SerializeToElement(new { a = new[] { true } }),
                }),
                new FunctionCallContent("2", "g"),
            ]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "found"), new FunctionResultContent("2", JsonSerializer.SerializeToElement(new { n = 1 }))]),
            new(ChatRole.Assistant, ""),
        ];
        Assert.That(s_json.Render(messages).Text, Is.EqualTo(
            """[{"role": "system", "content": "s"}, {"role": "user", "content": "u", "name": "ann"}, """
            + """{"role": "assistant", "content": "ab", "reasoning_content": "why", "tool_calls": ["""
            + """{"type": "function", "id": "1", "function": {"name": "f", "arguments": {"text": "x", "whole": 1, "part": 1.5, "none": null, "list": [1, 2], "json": {"a": [true]}}}}, """
            + """{"type": "function", "id": "2", "function": {"name": "g", "arguments": {}}}]}, """
            + """{"role": "tool", "tool_call_id": "1", "name": "f", "content": "found"}, {"role": "tool", "tool_call_id": "2", "name": "g", "content": "{\"n\": 1}"}, """
            + """{"role": "assistant", "content": ""}]"""));
    }

    [Test]
    public void Tools_are_functions_with_schemas_and_none_where_there_are_none()
    {
        ChatTemplate template = ChatTemplate.Compile("{{ tools | tojson }}");
        AIFunctionDeclaration tool = AIFunctionFactory.CreateDeclaration("add", "Adds.", JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"integer"}}}""").RootElement);
        ChatMessage[] messages = [new(ChatRole.User, "x")];
        Assert.That(template.Render(messages).Text, Is.EqualTo("null"));
        Assert.That(template.Render(messages, new() { Tools = [tool] }).Text, Is.EqualTo(
            """[{"type": "function", "function": {"name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}}]"""));
    }

    [Test]
    public void What_has_no_form_is_refused()
    {
        Assert.That(() => s_json.Render([new ChatMessage(ChatRole.User, [new DataContent("data:image/png;base64,AA==")])]), Throws.TypeOf<NotSupportedException>().With.Message.Contains("DataContent"));
        Assert.That(
            () => s_json.Render([new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["x"] = new Version(1, 2) })])]),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("Version"));
        Assert.That(() => s_json.Render(JsonDocument.Parse("{}").RootElement), Throws.ArgumentException);
        Assert.That(() => s_json.Render(JsonDocument.Parse("[1]").RootElement), Throws.ArgumentException);
    }

    [Test]
    public void Variables_are_the_callers_and_trusted()
    {
        ChatTemplate template = ChatTemplate.Compile("{{ bos_token }}{{ n + 1 }}{{ on }}{{ nothing }}{{ list | join('+') }}{{ json.a }}{{ messages[0].content }}");
        RenderedPrompt prompt = template.Render([new ChatMessage(ChatRole.User, "x")], new()
        {
            Variables = new Dictionary<string, object?>
            {
                ["bos_token"] = "<s>", ["n"] = 1, ["on"] = true, ["nothing"] = null, ["list"] = new List<object?> { "a", 2L }, ["json"] = JsonDocument.Parse("""{"a":"b"}""").RootElement,
            },
        });
        Assert.That(prompt.Text, Is.EqualTo("<s>2TrueNonea+2bx"));
        Assert.That(prompt.Untrusted.ToArray(), Is.EqualTo(new[] { 16..17 }));
    }
}
