using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The Jinja source of a folder's chat template: <c>chat_template.jinja</c>, or <c>chat_template</c> in tokenizer_config.json, which is a text or a list
/// of named ones.
/// </summary>
internal static class ChatTemplateFile
{
    private const string Source = "chat_template.jinja";
    private const string Config = "tokenizer_config.json";
    private const string Field = "chat_template";

    /// <returns>Null where the folder has none.</returns>
    public static string? Read(string folder)
    {
        string path = Path.Combine(folder, Source);
        if (File.Exists(path))
        {
            return System.Text.Encoding.UTF8.GetString(CheckpointBytes.Read(path));
        }

        path = Path.Combine(folder, Config);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(CheckpointBytes.Read(path), StrictJson.Options);
            return document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Field, out JsonElement template)
                ? null
                : template.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => template.GetString(),
                    JsonValueKind.Array => Default(template),
                    _ => throw new CheckpointException(path, $"{Field} is neither a text nor a list of named ones."),
                };
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(path, $"it is not valid JSON: {exception.Message}", exception);
        }
    }

    private static string? Default(JsonElement templates) => templates.EnumerateArray()
        .Where(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name"u8, out JsonElement name) && name.ValueEquals("default"u8))
        .Select(item => item.TryGetProperty("template"u8, out JsonElement text) ? text.GetString() : null).FirstOrDefault();
}
