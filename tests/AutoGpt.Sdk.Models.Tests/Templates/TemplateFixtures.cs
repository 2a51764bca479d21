using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Templates, conversations and what Jinja2 makes of them.</summary>
internal static class TemplateFixtures
{
    // Nobody's template contains it: private use.
    private const char Message = '\ue0ff';

    private static readonly string[] s_fields = ["role", "content", "tool_calls", "function", "name", "arguments", "id", "type", "text", "tool_call_id", "reasoning_content"];

    public static IEnumerable<string> Lines()
    {
        using StreamReader reader = new(typeof(TemplateFixtures).Assembly.GetManifestResourceStream("cases.jsonl")!);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    public static IReadOnlyDictionary<string, string> Templates() => Lines().Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.TryGetProperty("template", out _)).ToDictionary(line => line.GetProperty("template").GetString()!, line => line.GetProperty("source").GetString()!);

    public static IReadOnlyList<JsonElement> Conversations() => [.. Lines().Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("conversation", out _))];

    public static RenderedPrompt Render(ChatTemplate template, JsonElement conversation, JsonElement messages, ChatTemplateLimits? limits = null)
    {
        Dictionary<string, object?> variables = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };
        foreach (JsonProperty variable in conversation.GetProperty("variables").EnumerateObject())
        {
            variables[variable.Name] = variable.Value;
        }

        JsonElement tools = conversation.GetProperty("tools");
        return template.Render(messages, tools.ValueKind == JsonValueKind.Null ? null : tools, new ChatTemplateOptions
        {
            AddGenerationPrompt = conversation.GetProperty("addGenerationPrompt").GetBoolean(), Variables = variables, Time = new FixedTime(), Limits = limits ?? new(),
        });
    }

    /// <summary>
    /// Renders the conversation with every text of the messages written in a character that no template has, and looks whether exactly those characters are
    /// marked as untrusted. Says what is not.
    /// </summary>
    public static string? FindUnmarked(ChatTemplate template, JsonElement conversation)
    {
        if (conversation.GetProperty("conversation").ValueEquals("unknownRole") || conversation.GetProperty("conversation").ValueEquals("unknownRole+tools"))
        {
            return null; // A role of nobody's convention is marked as well.
        }

        JsonNode messages = Disguise(JsonNode.Parse(conversation.GetProperty("messages").GetRawText())!, "");
        RenderedPrompt prompt;
        try
        {
            prompt = Render(template, conversation, JsonSerializer.SerializeToElement(messages));
        }
        catch (ChatTemplateException)
        {
            return null; // The template reads something in the texts.
        }

        bool[] marked = new bool[prompt.Text.Length];
        foreach (Range range in prompt.Untrusted)
        {
            // The fields of JSON are named by whoever wrote it.
            marked.AsSpan(range).Fill(!s_fields.Contains(prompt.Text[range]));
        }

        for (int i = 0; i < marked.Length; i++)
        {
            if (prompt.Text[i] == Message && !marked[i])
            {
                return $"a message's character at {i} is trusted";
            }

            // repr, tojson and HTML escapes write other characters for a message's: none here.
            if (prompt.Text[i] != Message && marked[i] && !IsEscape(prompt.Text, i))
            {
                return $"the template's '{prompt.Text[i]}' at {i} is not trusted";
            }
        }

        return null;
    }

    // Python's repr writes private use as an escape.
    private static bool IsEscape(string text, int at) => text.AsSpan(Math.Max(0, at - 5), Math.Min(text.Length, at + 6) - Math.Max(0, at - 5)).Contains("\\ue0ff", StringComparison.Ordinal);

    // What the program sets – roles, types, the names of fields – stays as it is; the arguments of calls are the model's words, their keys too.
    private static JsonNode Disguise(JsonNode node, string name, bool isArgument = false)
    {
        switch (node)
        {
            case JsonObject fields:
                return new JsonObject(fields.Select((field, i) => KeyValuePair.Create(
                    isArgument ? new string(Message, i + 1) : field.Key, field.Value is null ? null : Disguise(field.Value, field.Key, isArgument || field.Key == "arguments"))));
            case JsonArray items:
                return new JsonArray([.. items.Select(item => item is null ? null : Disguise(item, "", isArgument))]);
            default:
                return (isArgument || name is not ("role" or "type")) && node.GetValueKind() == JsonValueKind.String
                    ? JsonValue.Create(new string(Message, node.GetValue<string>().Length)) : node.DeepClone();
        }
    }
}
