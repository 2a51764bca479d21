using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Typed reads of tokenizer.json with errors that name the file and the field.</summary>
internal sealed class TokenizerJson(string file)
{
    public CheckpointException Error(string problem, Exception? cause = null) => new(file, problem + ".", cause);

    public JsonElement Object(JsonElement parent, string name) => Find(parent, name, JsonValueKind.Object);

    public JsonElement Array(JsonElement parent, string name) => Find(parent, name, JsonValueKind.Array);

    public bool Flag(JsonElement parent, string name, bool absent = false) => !parent.TryGetProperty(name, out JsonElement value) ? absent
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Error($"'{name}' must be true or false");

    /// <summary>The type of a component.</summary>
    public string Type(JsonElement component) =>
        component.ValueKind == JsonValueKind.Object && component.TryGetProperty("type"u8, out JsonElement type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()!
            : throw Error("a component has no 'type'");

    /// <summary>Refuses a field unless it is absent, null, empty, false or zero.</summary>
    public void RequireNone(JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out JsonElement value) && value.GetRawText() is not ("null" or "\"\"" or "false" or "0" or "0.0"))
        {
            string shown = value.ValueKind == JsonValueKind.Object ? $"of type '{Type(value)}'" : value.GetRawText();
            throw Error($"it has a {name} {(shown.Length > 80 ? "" : shown)}, which is not supported");
        }
    }

    public void RequireType(JsonElement parent, string name, string type)
    {
        if (Type(Object(parent, name)) is var found && found != type)
        {
            throw Error($"its {name} is of type '{found}'; '{type}' is supported");
        }
    }

    /// <summary>Checks the ids that config.json gives.</summary>
    public void RequireControl(int? beginOfText, IReadOnlyList<int> endsOfText, HashSet<int> control)
    {
        RequireControl(beginOfText, "bos_token_id", control);
        foreach (int id in endsOfText)
        {
            RequireControl(id, "eos_token_id", control);
        }
    }

    /// <summary>Checks an id that the file itself puts around texts.</summary>
    public void RequireControlAround(int? id, HashSet<int> control)
    {
        if (id is int value && !control.Contains(value))
        {
            throw Error($"its post_processor adds {value}, which is no control token");
        }
    }

    // An ordinary token would end texts in their midst.
    private void RequireControl(int? id, string field, HashSet<int> control)
    {
        if (id is int value && !control.Contains(value))
        {
            throw Error($"{field} is {value} in config.json, which is no control token here. The files belong to different models");
        }
    }

    private JsonElement Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value
            : throw Error($"it has no {kind.ToString().ToLowerInvariant()} '{name}'");
}
