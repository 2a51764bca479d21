using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>Turns a tool's parameter schema into the schema of the arguments that one step of a plan may give it.</summary>
internal sealed class ToolSchemaRewriter
{
    /// <summary>Stands for "no step in particular": references are then a pattern, not an enumeration.</summary>
    public const int AnyStep = int.MaxValue;

    private static readonly string[] Annotations = ["$schema", "$id", "$comment", "title", "description", "default", "examples"];
    private static readonly string[] Lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
    private readonly string _tool;
    private readonly bool _marked;
    private readonly IReadOnlyList<string>? _sections;
    private readonly int _step;
    private readonly StepReferences _references;
    private readonly JsonObject _definitions;
    private readonly int _formNumber;
    private JsonElement _form;

    /// <param name="tool">The tool's name.</param>
    /// <param name="formNumber">Which of the tool's forms this is, from 1.</param>
    /// <param name="marked">Whether the tool says with keywords where quotations and references go.</param>
    /// <param name="sections">Sections that can be quoted; null leaves the keywords out.</param>
    /// <param name="step">The step, from 1: it can refer to the steps before it.</param>
    /// <param name="definitions">Takes what several places of the whole schema share.</param>
    /// <param name="references">What can be referred to.</param>
    public ToolSchemaRewriter(string tool, int formNumber, bool marked, IReadOnlyList<string>? sections, int step, JsonObject definitions, StepReferences references) =>
        (_tool, _formNumber, _marked, _sections, _step, _definitions, _references) = (tool, formNumber, marked, sections, step, definitions, references);

    /// <summary>Whether the last schema has a place for references.</summary>
    public bool SawReference { get; private set; }

    public static JsonObject Reference(string definition) => new() { ["$ref"] = Pointer(definition) };

    public static bool IsMarked(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().Any(member => member.Name is "x-quotedAs" or "x-reference" || IsMarked(member.Value)),
        JsonValueKind.Array => schema.EnumerateArray().Any(IsMarked),
        _ => false,
    };

    /// <summary>The arguments' schema, closed; null when the form cannot be filled at this step.</summary>
    public JsonObject? Arguments(JsonElement form)
    {
        _form = form;
        if (form.ValueKind != JsonValueKind.Object)
        {
            form = JsonDocument.Parse("{}").RootElement;
        }

        JsonObject? rewritten = RewriteObject(form, place: null);
        if (rewritten is not null)
        {
            rewritten["type"] = "object";
            rewritten.TryAdd("properties", new JsonObject());
            rewritten["additionalProperties"] = false;
        }

        return rewritten;
    }

    /// <summary>Where a schema stands: a plan's references are whole parameters or elements of array parameters.</summary>
    private enum Place
    {
        Parameter,
        Alternative,
        Element,
        Inside,
    }

    /// <summary>Rewrites the schema of a value; null when nothing can fit it at this step.</summary>
    private JsonNode? Rewrite(JsonElement schema, Place place)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return JsonNode.Parse(schema.GetRawText());
        }

        bool quoted = schema.TryGetProperty("x-quotedAs", out _);
        bool reference = schema.TryGetProperty("x-reference", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        if (reference && !quoted)
        {
            return References();
        }

        JsonObject? own = RewriteObject(schema, place);
        bool implied = !_marked && place is (Place.Parameter or Place.Element) && !SchemaTypes.TakesAnyString(schema);
        bool wanted = implied || (reference && (_step != AnyStep || !SchemaTypes.TakesAnyString(schema))); // A plain string can be a reference.
        return wanted && References() is { } references
            ? own is null ? references : new JsonObject { ["anyOf"] = new JsonArray(own, references) }
            : own;
    }

    /// <param name="schema">The schema.</param>
    /// <param name="place">Where it stands; null for the parameters as a whole.</param>
    private JsonObject? RewriteObject(JsonElement schema, Place? place)
    {
        JsonObject result = [];
        Place within = place is Place.Parameter or Place.Alternative ? Place.Alternative : Place.Inside;
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            if (Annotations.Contains(member.Name) || member.Name is "properties" or "required" or "x-reference" or "x-forms"
                || (member.Name.StartsWith("x-", StringComparison.Ordinal) && _sections is null))
            {
                continue;
            }

            if (member.Name == "$ref")
            {
                result["$ref"] = Rebase(member.Value.GetString()!);
            }
            else if (Lists.Contains(member.Name))
            {
                JsonNode?[] parts = [.. member.Value.EnumerateArray().Select(part => Rewrite(part, within)).Where(part => part is not null)];
                if (parts.Length == 0)
                {
                    return null;
                }

                result[member.Name] = new JsonArray(parts);
            }
            else if (member.Name == "items")
            {
                if (Rewrite(member.Value, place is Place.Parameter or Place.Alternative ? Place.Element : Place.Inside) is not { } items)
                {
                    return null;
                }

                result["items"] = items;
            }
            else if (member.Name is not ("$defs" or "definitions"))
            {
                result[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        if (_sections is not null && schema.TryGetProperty("x-quotedAs", out _))
        {
            result["x-quotedFrom"] = new JsonArray([.. _sections.Select(section => JsonValue.Create(section))]);
        }

        return RewriteProperties(schema, result, place is null ? Place.Parameter : Place.Inside) ? result : null;
    }

    /// <summary>Rewrites the members; false when a required one cannot be given at this step. Others then just go.</summary>
    private bool RewriteProperties(JsonElement schema, JsonObject result, Place place)
    {
        string[] required = schema.TryGetProperty("required", out JsonElement names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            JsonObject rewritten = [];
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                if (Rewrite(property.Value, place) is { } value)
                {
                    rewritten[property.Name] = value;
                }
                else if (required.Contains(property.Name))
                {
                    return false;
                }
            }

            result["properties"] = rewritten;
        }

        if (required.Length > 0)
        {
            result["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }

        return true;
    }

    private JsonObject? References()
    {
        SawReference = true;
        if (_step == AnyStep)
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = PlanReference.Pattern };
        }

        int[] steps = [.. _references.Before(_step)];
        if (steps.Length == 0)
        {
            return null;
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"before{_step}");
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = new JsonObject
            {
                ["enum"] = new JsonArray([.. steps.SelectMany(step => _references.Paths.Prepend("")
                    .Select(path => JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"${step}{path}"))))]),
            };
        }

        return Reference(name);
    }

    /// <summary>A pointer into the tool's own schema becomes one into a copy of that schema.</summary>
    private string Rebase(string pointer)
    {
        string name = $"tool.{_tool}.{_formNumber}.parameters";
        if (!_definitions.ContainsKey(name))
        {
            JsonNode copy = JsonNode.Parse(_form.GetRawText())!;
            _definitions[name] = copy;
            RebaseAll(copy, name);
        }

        return Pointer(name) + pointer.TrimStart('#');
    }

    private static void RebaseAll(JsonNode? node, string name)
    {
        if (node is JsonObject members)
        {
            if (members["$ref"] is JsonValue value && value.TryGetValue(out string? pointer))
            {
                members["$ref"] = Pointer(name) + pointer.TrimStart('#');
            }

            foreach ((_, JsonNode? member) in members)
            {
                RebaseAll(member, name);
            }
        }
        else if (node is JsonArray elements)
        {
            foreach (JsonNode? element in elements)
            {
                RebaseAll(element, name);
            }
        }
    }

    private static string Pointer(string definition) =>
        "#/$defs/" + definition.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

/// <summary>What the steps of a plan, or of what is added to one, can refer to.</summary>
/// <param name="FirstStep">The number of the first of these steps.</param>
/// <param name="Earlier">The steps before it whose results can be used.</param>
/// <param name="Paths">The parts of results that can be referred to; none: whole results alone.</param>
internal sealed record StepReferences(int FirstStep, IReadOnlyList<int> Earlier, IReadOnlyList<string> Paths)
{
    public IEnumerable<int> Before(int step) => Earlier.Concat(Enumerable.Range(FirstStep, step - FirstStep));
}
