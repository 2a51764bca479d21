using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Reads chat templates and special tokens from the files of a Hugging Face folder.</summary>
internal static class FolderTemplates
{
    private const string Template = "chat_template.jinja";
    private const string Config = "tokenizer_config.json";
    private const string Field = "chat_template";

    private const string Older = "chat_template.json";

    /// <summary>The files of a folder beside config.json, the weights and tokenizer.json that say how the model is talked to.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [Template, Config, Older, "special_tokens_map.json", "generation_config.json"];

    private static readonly string[] s_tokens = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"];

    /// <summary>Templates by name and the file they stand in, or null where there are none.</summary>
    public static (string Source, Dictionary<string, string> Templates)? Read(string folder)
    {
        string template = Path.Combine(folder, Template);
        if (File.Exists(template))
        {
            return (template, new() { [ChatTemplateTexts.Default] = Encoding.UTF8.GetString(CheckpointBytes.Read(template)).TrimStart('\ufeff') });
        }

        foreach (string path in (ReadOnlySpan<string>)[Path.Combine(folder, Config), Path.Combine(folder, Older)])
        {
            if (ReadObject(path, root => root.TryGetProperty(Field, out JsonElement value) ? Named(path, value) : []) is { Count: > 0 } templates)
            {
                return (path, templates);
            }
        }

        return null;
    }

    /// <summary>The special tokens of tokenizer_config.json, or else of special_tokens_map.json.</summary>
    public static Dictionary<string, object?> ReadSpecialTokens(string folder)
    {
        Dictionary<string, object?> tokens = [];
        foreach (string path in (ReadOnlySpan<string>)[Path.Combine(folder, Config), Path.Combine(folder, "special_tokens_map.json")])
        {
            ReadObject(path, root =>
            {
                foreach (string name in s_tokens)
                {
                    if (root.TryGetProperty(name, out JsonElement value) && Spelling(value) is { } text)
                    {
                        tokens.TryAdd(name, text);
                    }
                }

                return tokens;
            });
        }

        return tokens;
    }

    /// <summary>The bytes of <see cref="FileNames"/> for a model: those of its folder, or tokenizer_config.json made of what its GGUF file says.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(ModelFile model) => model.Gguf is null
        ? FileNames.Where(name => File.Exists(Path.Combine(model.Path, name))).ToDictionary(name => name, name => CheckpointBytes.Read(Path.Combine(model.Path, name)))
        : new Dictionary<string, byte[]> { [Config] = Write(model.Templates) };

    private static byte[] Write(ChatTemplateTexts texts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach ((string name, object? spelling) in texts.SpecialTokens)
            {
                json.WriteString(name, spelling as string);
            }

            if (texts.Templates is { Count: 1 } && texts.Templates.TryGetValue(ChatTemplateTexts.Default, out string? only))
            {
                json.WriteString(Field, only);
            }
            else if (texts.Templates.Count > 0)
            {
                json.WriteStartArray(Field);
                foreach ((string name, string template) in texts.Templates)
                {
                    json.WriteStartObject();
                    json.WriteString("name"u8, name);
                    json.WriteString("template"u8, template);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    // A text, or an object that says how the token is found in texts.
    private static string? Spelling(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object when token.TryGetProperty("content"u8, out JsonElement content) && content.ValueKind == JsonValueKind.String => content.GetString(),
        _ => null,
    };

    private static Dictionary<string, string> Named(string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return [];
            case JsonValueKind.String:
                return new() { [ChatTemplateTexts.Default] = value.GetString()! };
            case JsonValueKind.Array:
                Dictionary<string, string> templates = [];
                foreach (JsonElement item in value.EnumerateArray())
                {
                    if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("name"u8, out JsonElement name) || name.ValueKind != JsonValueKind.String
                        || !item.TryGetProperty("template"u8, out JsonElement text) || text.ValueKind != JsonValueKind.String || !templates.TryAdd(name.GetString()!, text.GetString()!))
                    {
                        throw new CheckpointException(path, $"an item of '{Field}' lacks its name or template, or is there twice.");
                    }
                }

                return templates;
            default:
                throw new CheckpointException(path, $"'{Field}' is neither a text nor a list of named ones.");
        }
    }

    private static T? ReadObject<T>(string path, Func<JsonElement, T> read)
        where T : class
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(CheckpointBytes.Read(path), StrictJson.Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : throw new CheckpointException(path, "it is no JSON object.");
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(path, $"it is not valid JSON: {exception.Message}", exception);
        }
    }
}
