using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Templates, conversations and what Jinja2 makes of them.</summary>
internal static class TemplateFixtures
{
    // Nobody's template contains it: private use.
    private const char Message = '\ue0ff';

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
            marked.AsSpan(range).Fill(true);
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

    private static JsonNode Disguise(JsonNode node, string name)
    {
        switch (node)
        {
            case JsonObject fields:
                return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : Disguise(field.Value, field.Key))));
            case JsonArray items:
                return new JsonArray([.. items.Select(item => item is null ? null : Disguise(item, ""))]);
            default:
                return name is not ("role" or "type") && node.GetValueKind() == JsonValueKind.String ? JsonValue.Create(new string(Message, node.GetValue<string>().Length)) : node.DeepClone();
        }
    }
}
