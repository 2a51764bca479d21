using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Contents in the form that the semantic conventions give messages: an array of roles with parts.</summary>
internal static class MessageJson
{
    public static string Of(Goal goal) => Of("user", [goal.Text, .. goal.Facts]);

    public static string Of(string role, string text, string? finish = null) => Of(role, [text], finish);

    public static string Of(Prompt prompt) => prompt.Text is { } text ? Of("user", text) : Write(json =>
    {
        if (prompt.Sections.Count > 0)
        {
            Message(json, "user", prompt.Sections.Select(section => $"{section.Name}:\n{section.Text}"), finish: null);
        }

        foreach (ChatMessage message in prompt.Messages)
        {
            Message(json, message.Role.Value, [message.Text], finish: null);
        }
    });

    public static string Instructions(string instructions) => Write(json => Part(json, instructions));

    private static string Of(string role, IEnumerable<string> texts, string? finish = null) => Write(json => Message(json, role, texts, finish));

    private static void Message(Utf8JsonWriter json, string role, IEnumerable<string> texts, string? finish)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteStartArray("parts");
        foreach (string text in texts)
        {
            Part(json, text);
        }

        json.WriteEndArray();
        if (finish is not null)
        {
            json.WriteString("finish_reason", finish);
        }

        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartArray();
            write(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
