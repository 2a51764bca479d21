using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>Checks a text against a schema that is checked whole: one with a keyword that would be passed over is refused.</summary>
internal sealed class JsonCheck
{
    private const int MaxProblems = 3;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly HashSet<string> Checked =
    [
        "type", "const", "enum", "anyOf", "allOf", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "minLength", "maxLength", "pattern",
        "minimum", "maximum", "$ref",
    ];

    private static readonly HashSet<string> Annotations =
        ["$schema", "$id", "$defs", "definitions", "$comment", "title", "description", "default", "examples", "format", "deprecated", "readOnly", "writeOnly"];

    private readonly JsonSchemaCheck _schema;

    public JsonCheck(JsonElement schema)
    {
        _schema = new JsonSchemaCheck(schema);
        Refuse(schema, "schema");
    }

    /// <summary>What is wrong with a text that should be JSON; null for nothing.</summary>
    public static string? Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            return null;
        }
        catch (JsonException error)
        {
            return Tell(error);
        }
    }

    /// <summary>What is wrong with a text that should fit the schema; null for nothing.</summary>
    public string? Problem(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            IReadOnlyList<string> problems = _schema.Problems(document.RootElement, "it");
            return problems.Count == 0 ? null : string.Join("; ", problems.Take(MaxProblems));
        }
        catch (JsonException error)
        {
            return Tell(error);
        }
    }

    private static string Tell(JsonException error) => "which is no JSON: " + SingleLine.Of(error.Message, 120).TrimEnd('.');

    private void Refuse(JsonElement schema, string at)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException($"{at} is neither an object nor a truth value.", nameof(schema));
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            string inside = $"{at}.{keyword.Name}";
            switch (keyword.Name)
            {
                case "properties" or "$defs" or "definitions":
                    foreach (JsonProperty part in keyword.Value.EnumerateObject())
                    {
                        Refuse(part.Value, $"{inside}.{part.Name}");
                    }

                    break;
                case "anyOf" or "allOf" or "prefixItems":
                    foreach ((int index, JsonElement part) in keyword.Value.EnumerateArray().Index())
                    {
                        Refuse(part, $"{inside}[{index}]");
                    }

                    break;
                case "items" or "additionalProperties":
                    Refuse(keyword.Value, inside);
                    break;
                case "$ref" when _schema.Follow(keyword.Value.GetString()!) is null:
                    throw new ArgumentException($"{inside} leads nowhere within the schema.", nameof(schema));
                case { } name when !Checked.Contains(name) && !Annotations.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal):
                    throw new ArgumentException($"{inside} would not be checked. Say it with other keywords, or check it with code of your own.", nameof(schema));
            }
        }
    }
}
