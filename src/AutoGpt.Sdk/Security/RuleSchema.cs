using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// The JSON Schema of a rule, read so that what it does not clearly allow does not fit: objects and lists take only what they name, a keyword for numbers (texts, lists, objects)
/// fits nothing else, patterns hold for the whole text. Keywords that are not supported, and those that allow by excluding (<c>not</c>, <c>oneOf</c>, <c>if</c>), are refused.
/// Thread-safe.
/// </summary>
internal sealed class RuleSchema
{
    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];
    private static readonly string[] Annotations = ["title", "description", "$comment", "default", "examples"];

    /// <summary>Keywords that speak of one kind of value, by what JSON Schema calls that kind.</summary>
    private static readonly Dictionary<string, string[]> Kinds = new(StringComparer.Ordinal)
    {
        ["minLength"] = ["string"], ["maxLength"] = ["string"], ["pattern"] = ["string"],
        ["minimum"] = ["number", "integer"], ["maximum"] = ["number", "integer"], ["exclusiveMinimum"] = ["number", "integer"],
        ["exclusiveMaximum"] = ["number", "integer"], ["multipleOf"] = ["number", "integer"],
        ["items"] = ["array"], ["prefixItems"] = ["array"], ["minItems"] = ["array"], ["maxItems"] = ["array"], ["uniqueItems"] = ["array"],
        ["properties"] = ["object"], ["required"] = ["object"], ["additionalProperties"] = ["object"], ["minProperties"] = ["object"], ["maxProperties"] = ["object"],
    };

    private readonly JsonElement _source;
    private readonly JsonSchemaCheck _check;

    /// <exception cref="ArgumentException">The schema is not one, says something that is not supported, or cannot hold for anything.</exception>
    public RuleSchema(JsonElement schema)
    {
        _source = schema.Clone();
        _check = new JsonSchemaCheck(JsonDocument.Parse(Close(schema, "arguments").ToJsonString()).RootElement) { ClosesNearNames = true };
    }

    /// <summary>What does not fit, a line each; empty when all does.</summary>
    public IReadOnlyList<string> Problems(JsonElement arguments) => _check.Problems(arguments, "arguments");

    private JsonNode Close(JsonElement schema, string at)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        Require(schema.ValueKind == JsonValueKind.Object, at, "a schema is an object, true or false");
        JsonObject closed = [];
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (Keyword(keyword, at) is { } value)
            {
                closed.Add(keyword.Name, value);
            }
        }

        if (closed.ContainsKey("properties"))
        {
            closed.TryAdd("additionalProperties", false);
        }

        if (closed.ContainsKey("prefixItems"))
        {
            closed.TryAdd("items", false);
        }

        Narrow(closed, at);
        return closed;
    }

    /// <summary>The keyword as the check takes it; null where it says nothing about what fits.</summary>
    private JsonNode? Keyword(JsonProperty keyword, string at)
    {
        JsonElement value = keyword.Value;
        switch (keyword.Name)
        {
            case "type":
                Require(Several(value).All(type => type.ValueKind == JsonValueKind.String && Types.Contains(type.GetString())) && Several(value).Any(), at, $"type is of {string.Join(", ", Types)}");
                return new JsonArray([.. Several(value).Select(Node)]);
            case "const":
                return Node(value) ?? throw Wrong(at, "write type \"null\" instead of const null");
            case "enum":
                Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, at, "enum is a list that is not empty");
                return Node(value);
            case "$ref":
                Require(value.ValueKind == JsonValueKind.String && Definition(value.GetString()!), at, "$ref names one of the root's $defs: #/$defs/NAME");
                return Node(value);
            case "properties" or "$defs" or "definitions":
                Require(value.ValueKind == JsonValueKind.Object, at, $"{keyword.Name} is an object");
                return new JsonObject(value.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, (JsonNode?)Close(one.Value, $"{at}.{one.Name}"))));
            case "items" or "additionalProperties":
                return Close(value, $"{at}.{keyword.Name}");
            case "anyOf" or "allOf" or "prefixItems":
                Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, at, $"{keyword.Name} is a list of schemas that is not empty");
                return new JsonArray([.. value.EnumerateArray().Select(one => Close(one, at))]);
            case "required":
                Require(value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String), at, "required is a list of names");
                return Node(value);
            case "uniqueItems":
                Require(value.ValueKind is JsonValueKind.True or JsonValueKind.False, at, "uniqueItems is true or false");
                return Node(value);
            case "pattern":
                Require(value.ValueKind == JsonValueKind.String, at, "pattern is a text");
                string? weakness = Weakness(value.GetString()!);
                Require(weakness is null, at, $"the pattern {value} cannot be relied on: {weakness}");
                return Node(value);
            case "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                Require(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0, at, $"{keyword.Name} is a whole number from 0");
                return Node(value);
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                Require(value.ValueKind == JsonValueKind.Number && JsonNumber.TryParse(value.GetRawText(), out _), at, $"{keyword.Name} is a number");
                return Node(value);
            default:
                Require(
                    Annotations.Contains(keyword.Name), at,
                    $"'{SingleLine.Of(keyword.Name, 60)}' is not supported in a rule; supported are type, const, enum, anyOf, allOf, $ref, $defs, {string.Join(", ", Kinds.Keys)}");
                return null;
        }
    }

    /// <summary>A bound for numbers lets no text through: each keyword holds for its kind of value alone.</summary>
    private static void Narrow(JsonObject closed, string at)
    {
        IEnumerable<string> types = closed["type"]?.AsArray().Select(type => type!.GetValue<string>()) ?? Types.Except(["null"]);
        foreach ((string keyword, _) in closed.ToArray())
        {
            if (Kinds.TryGetValue(keyword, out string[]? kinds))
            {
                // Null is let through only where the schema says so itself.
                types = types.Where(type => type == "null" || kinds.Contains(type)).ToArray();
                Require(types.Any(type => type != "null"), at, $"{keyword} cannot hold together with the other keywords");
            }
        }

        if (closed.Any(keyword => Kinds.ContainsKey(keyword.Key)))
        {
            closed["type"] = new JsonArray([.. types.Select(type => (JsonNode)type)]);
        }
    }

    private static string? Weakness(string pattern)
    {
        try
        {
            return new SchemaPattern(pattern).Weakness;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }

    private bool Definition(string pointer) => pointer.Split('/') is ["#", var group, { Length: > 0 } name] && (group is "$defs" or "definitions")
        && _source.TryGetProperty(group, out JsonElement definitions) && definitions.ValueKind == JsonValueKind.Object
        && !name.Contains('~', StringComparison.Ordinal) && definitions.TryGetProperty(name, out _);

    private static IEnumerable<JsonElement> Several(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());

    private static void Require(bool holds, string at, string otherwise)
    {
        if (!holds)
        {
            throw Wrong(at, otherwise);
        }
    }

    private static ArgumentException Wrong(string at, string what) => new($"{SingleLine.Of(at, 200)}: {SingleLine.Of(what)}.");
}
