using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training;

/// <summary>Conversations and tools in OpenAI's form, which data sets for fine-tuning share.</summary>
internal static class JsonMessages
{
    public static IReadOnlyList<ChatMessage> Parse(JsonElement messages, RecordPlace place) =>
        messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0
            ? [.. messages.EnumerateArray().Select((message, index) => Message(message, index, place))]
            : throw new DatasetException(place, "the messages must be an array with at least one message.");

    public static IReadOnlyList<AIFunctionDeclaration> ParseTools(JsonElement tools, RecordPlace place)
    {
        try
        {
            return [.. tools.EnumerateArray().Select(tool => tool.TryGetProperty("function", out JsonElement function) ? function : tool).Select(function => AIFunctionFactory.CreateDeclaration(
                function.GetProperty("name").GetString()!,
                function.TryGetProperty("description", out JsonElement description) ? description.GetString() : null,
                function.TryGetProperty("parameters", out JsonElement parameters) ? parameters.Clone() : JsonDocument.Parse("""{"type":"object","properties":{}}""").RootElement))];
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new DatasetException(place, """the tools must be an array of {"type":"function","function":{"name":…,"description":…,"parameters":{…}}}.""", null, exception);
        }
    }

    private static ChatMessage Message(JsonElement message, int index, RecordPlace place)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out JsonElement role) || role.ValueKind != JsonValueKind.String)
        {
            throw Fault(place, index, "has no 'role'");
        }

        List<AIContent> contents = [];
        if (Optional(message, "reasoning_content", index, place) is { } reasoning)
        {
            contents.Add(new TextReasoningContent(reasoning));
        }

        string? text = message.TryGetProperty("content", out JsonElement content) ? Content(content, index, place) : null;
        if (role.GetString() == "tool")
        {
            contents.Add(new FunctionResultContent(Optional(message, "tool_call_id", index, place) ?? "", text ?? throw Fault(place, index, "has no 'content'")));
        }
        else if (text is not null)
        {
            contents.Add(new TextContent(text));
        }

        if (message.TryGetProperty("tool_calls", out JsonElement calls) && calls.ValueKind != JsonValueKind.Null)
        {
            contents.AddRange(Calls(calls, index, place));
        }

        return contents.Count > 0
            ? new ChatMessage(new ChatRole(role.GetString()!), contents) { AuthorName = Optional(message, "name", index, place) }
            : throw Fault(place, index, "has neither 'content' nor 'tool_calls'");
    }

    // A string, or a list of parts of which only texts have a form here.
    private static string? Content(JsonElement content, int index, RecordPlace place) => content.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => content.GetString(),
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()
                : throw Fault(place, index, "has a part that is no text"))),
        _ => throw Fault(place, index, $"has a 'content' that is {JsonLinesRecords.Kind(content)}"),
    };

    private static List<FunctionCallContent> Calls(JsonElement calls, int index, RecordPlace place)
    {
        List<FunctionCallContent> found = [];
        try
        {
            foreach (JsonElement call in calls.EnumerateArray())
            {
                JsonElement function = call.GetProperty("function");
                JsonElement arguments = function.GetProperty("arguments");
                // OpenAI has the arguments as a text that is JSON, most templates' data as JSON.
                using JsonDocument? parsed = arguments.ValueKind == JsonValueKind.String ? JsonDocument.Parse(arguments.GetString()!) : null;
                JsonElement values = parsed?.RootElement ?? arguments;
                found.Add(new FunctionCallContent(
                    call.TryGetProperty("id", out JsonElement id) && id.GetString() is { } name ? name : $"call_{index}_{found.Count}",
                    function.GetProperty("name").GetString()!,
                    values.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value.Clone(), StringComparer.Ordinal)));
            }

            return found;
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or JsonException or ArgumentException)
        {
            throw Fault(place, index, """has 'tool_calls' that are not an array of {"id":…,"type":"function","function":{"name":…,"arguments":{…}}}""", exception);
        }
    }

    private static string? Optional(JsonElement message, string field, int index, RecordPlace place) =>
        !message.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Fault(place, index, $"has a '{field}' that is {JsonLinesRecords.Kind(value)} instead of a string");

    private static DatasetException Fault(RecordPlace place, int index, string problem, Exception? cause = null) => new(place, $"message {index + 1} {problem}.", null, cause);
}
