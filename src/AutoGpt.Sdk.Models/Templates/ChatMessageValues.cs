using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models;

/// <summary>Messages and tools as Hugging Face's convention has them.</summary>
internal static class ChatMessageValues
{
    // Templates build control tokens of these ('<|' + role + '|>'). The program that keeps the conversation sets a role, not whoever speaks in it.
    private static readonly string[] s_roles = ["system", "developer", "user", "assistant", "tool"];

    public static ListValue Of(IEnumerable<ChatMessage> messages)
    {
        List<TemplateValue> values = [];
        Dictionary<string, string> calls = new(StringComparer.Ordinal);
        foreach (ChatMessage message in messages)
        {
            foreach (FunctionCallContent call in message.Contents.OfType<FunctionCallContent>())
            {
                calls[call.CallId] = call.Name;
            }

            // A template knows one result a message.
            FunctionResultContent[] results = [.. message.Contents.OfType<FunctionResultContent>()];
            values.AddRange(results.Select(result => Result(result, calls)));
            if (results.Length < message.Contents.Count || message.Contents.Count == 0)
            {
                values.Add(Message(message));
            }
        }

        return new ListValue(values);
    }

    public static ListValue Of(IReadOnlyList<AIFunctionDeclaration> tools) => new([.. tools.Select(tool => new MappingValue()
        .Add(Key("type"), TextValue.Trusted("function"))
        .Add(Key("function"), new MappingValue()
            .Add(Key("name"), TextValue.Untrusted(tool.Name))
            .Add(Key("description"), TextValue.Untrusted(tool.Description))
            .Add(Key("parameters"), JsonValues.Of(tool.JsonSchema, isTrusted: false))))]);

    /// <summary>Messages that are JSON already.</summary>
    public static ListValue Of(JsonElement messages) => new([.. messages.EnumerateArray().Select(message =>
        ((MappingValue)JsonValues.Of(message, isTrusted: false)).Entries.Aggregate(new MappingValue(), (trusted, entry) => trusted.Add(
            entry.Key, entry.Key is TextValue { Text: "role" } && entry.Value is TextValue role ? Role(role.Text) : entry.Value)))]);

    private static MappingValue Message(ChatMessage message)
    {
        List<TemplateValue> calls = [];
        string content = "";
        string? reasoning = null;
        foreach (AIContent part in message.Contents)
        {
            switch (part)
            {
                case TextContent text:
                    content += text.Text;
                    break;
                case TextReasoningContent thought:
                    reasoning += thought.Text;
                    break;
                case FunctionCallContent call:
                    calls.Add(Call(call));
                    break;
                case FunctionResultContent or UsageContent:
                    break;
                default:
                    throw new NotSupportedException($"A {part.GetType().Name} in a message has no form in a chat template here; texts, reasoning, calls and results have.");
            }
        }

        MappingValue value = new MappingValue().Add(Key("role"), Role(message.Role.Value)).Add(Key("content"), TextValue.Untrusted(content));
        if (message.AuthorName is { } name)
        {
            value.Add(Key("name"), TextValue.Untrusted(name));
        }

        if (reasoning is not null)
        {
            value.Add(Key("reasoning_content"), TextValue.Untrusted(reasoning));
        }

        return calls.Count == 0 ? value : value.Add(Key("tool_calls"), new ListValue(calls));
    }

    private static MappingValue Call(FunctionCallContent call) => new MappingValue()
        .Add(Key("type"), TextValue.Trusted("function"))
        .Add(Key("id"), TextValue.Untrusted(call.CallId))
        .Add(Key("function"), new MappingValue()
            .Add(Key("name"), TextValue.Untrusted(call.Name))
            .Add(Key("arguments"), call.Arguments is { } arguments ? JsonValues.Of(arguments, isTrusted: false) : new MappingValue()));

    private static MappingValue Result(FunctionResultContent result, Dictionary<string, string> calls)
    {
        MappingValue value = new MappingValue().Add(Key("role"), Role("tool")).Add(Key("tool_call_id"), TextValue.Untrusted(result.CallId));
        if (calls.TryGetValue(result.CallId, out string? name))
        {
            value.Add(Key("name"), TextValue.Untrusted(name));
        }

        TemplateValue content = JsonValues.Of(result.Result, isTrusted: false);
        return value.Add(Key("content"), content as TextValue
            ?? JsonText.Of(content, new JsonStyle(null, ", ", ": ", Ascii: false, Sorted: false), new RenderBudget(new ChatTemplateLimits(), CancellationToken.None)));
    }

    private static TextValue Role(string role) => s_roles.Contains(role) ? TextValue.Trusted(role) : TextValue.Untrusted(role);

    private static TextValue Key(string name) => TextValue.Trusted(name);
}
