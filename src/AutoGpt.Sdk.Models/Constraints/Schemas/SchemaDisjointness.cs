using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Shows that no value fits two schemas: by their types, by the values they name, or by a property that one of them requires
/// and whose values differ. What it cannot show counts as overlapping.
/// </summary>
internal sealed class SchemaDisjointness(JsonElement root)
{
    // References may run in circles; deeper than this nothing is shown.
    private const int MaximumDepth = 16;

    public bool AreDisjoint(JsonElement left, JsonElement right, SchemaPath path, int depth = 0)
    {
        if (depth > MaximumDepth)
        {
            return false;
        }

        left = Follow(left, path);
        right = Follow(right, path);
        if (left.ValueKind == JsonValueKind.False || right.ValueKind == JsonValueKind.False)
        {
            return true;
        }

        if (left.ValueKind != JsonValueKind.Object || right.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach ((JsonElement one, JsonElement other) in new[] { (left, right), (right, left) })
        {
            JsonElement? options = SchemaKeywords.Find(one, "anyOf") ?? SchemaKeywords.Find(one, "oneOf");
            if (options is { ValueKind: JsonValueKind.Array } some && some.EnumerateArray().All(o => AreDisjoint(o, other, path, depth + 1)))
            {
                return true;
            }
        }

        if ((TypesOf(left, path) & TypesOf(right, path)) == JsonTypes.None)
        {
            return true;
        }

        if (ValuesOf(left) is { } first && ValuesOf(right) is { } second)
        {
            return !first.Any(f => second.Any(s => JsonElement.DeepEquals(f, s)));
        }

        return HaveDiscriminator(left, right, path, depth);
    }

    private bool HaveDiscriminator(JsonElement left, JsonElement right, SchemaPath path, int depth)
    {
        if ((TypesOf(left, path) & TypesOf(right, path)) != JsonTypes.Object
            || SchemaKeywords.Find(left, "properties") is not { ValueKind: JsonValueKind.Object } properties
            || SchemaKeywords.Find(right, "properties") is not { ValueKind: JsonValueKind.Object } others)
        {
            return false;
        }

        foreach (JsonProperty property in properties.EnumerateObject())
        {
            if ((Requires(left, property.Name) || Requires(right, property.Name))
                && others.TryGetProperty(property.Name, out JsonElement other)
                && AreDisjoint(property.Value, other, path, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Requires(JsonElement schema, string name) =>
        SchemaKeywords.Find(schema, "required") is { ValueKind: JsonValueKind.Array } required
        && required.EnumerateArray().Any(r => r.ValueKind == JsonValueKind.String && r.ValueEquals(name));

    private JsonElement Follow(JsonElement schema, SchemaPath path)
    {
        for (int i = 0; i < MaximumDepth && schema.ValueKind == JsonValueKind.Object; i++)
        {
            if (SchemaKeywords.Find(schema, "$ref") is { ValueKind: JsonValueKind.String } reference)
            {
                schema = SchemaPointer.Resolve(root, reference.GetString()!, path);
            }
            else if (SchemaKeywords.Find(schema, "allOf") is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() == 1)
            {
                schema = all[0];
            }
            else
            {
                break;
            }
        }

        return schema;
    }

    private static JsonTypes TypesOf(JsonElement schema, SchemaPath path)
    {
        JsonTypes types = JsonTypeReader.Declared(schema, path);
        return ValuesOf(schema) is { } values ? types & values.Aggregate(JsonTypes.None, (t, v) => t | JsonTypeReader.OfValue(v)) : types;
    }

    private static List<JsonElement>? ValuesOf(JsonElement schema) =>
        SchemaKeywords.Find(schema, "const") is { } constant ? [constant]
        : SchemaKeywords.Find(schema, "enum") is { ValueKind: JsonValueKind.Array } values ? [.. values.EnumerateArray()]
        : null;
}
