using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>A built-in tool before it is bound to a workspace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, for planners.</param>
internal sealed record ToolDefinition(string Name, string Description)
{
    /// <summary>The parameters, in the order in which a planner writes them.</summary>
    public required Parameter[] Parameters { get; init; }

    /// <summary>
    /// The ways the parameters go together: names in order, separated by spaces; <c>name=a|b</c> narrows an enumeration.
    /// </summary>
    public required string[] Forms { get; init; }

    public bool ReadOnly { get; init; } = true;

    /// <summary>Whether a second call with the same arguments changes nothing more.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether a second call with the same key changes nothing more.</summary>
    public bool TakesIdempotencyKey { get; init; }

    public required Func<ToolArguments, CancellationToken, ValueTask<JsonNode>> Body { get; init; }

    /// <summary>The schema for general models: everything optional that is not in every form.</summary>
    public JsonElement Schema()
    {
        HashSet<string>[] forms = [.. Forms.Select(form => Names(form).ToHashSet())];
        JsonArray required = [.. Parameters.Where(parameter => forms.All(form => form.Contains(parameter.Name))).Select(parameter => (JsonNode)parameter.Name)];
        return ToElement(Object(Parameters.Select(parameter => (parameter.Name, parameter.ToSchema())), required));
    }

    /// <summary>Each form as a closed schema all of whose properties are required.</summary>
    public JsonArray FormSchemas() => [.. Forms.Select(form => (JsonNode)Object(
        form.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            string[] nameAndWords = part.Split('=');
            return (nameAndWords[0], Find(nameAndWords[0]).ToSchema(nameAndWords.Length > 1 ? nameAndWords[1].Split('|') : null, described: false));
        }),
        [.. Names(form).Select(name => (JsonNode)name)]))];

    public Parameter Find(string name) => Parameters.First(parameter => parameter.Name == name);

    private static IEnumerable<string> Names(string form) => form.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')[0]);

    private static JsonObject Object(IEnumerable<(string Name, JsonObject Schema)> properties, JsonArray required) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create<string, JsonNode?>(property.Name, property.Schema))),
        ["required"] = required,
        ["additionalProperties"] = false,
    };

    private static JsonElement ToElement(JsonNode node)
    {
        using JsonDocument document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }
}
