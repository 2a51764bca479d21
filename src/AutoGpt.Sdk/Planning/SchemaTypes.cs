using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>Looks up what a tool's parameter schema says about a parameter.</summary>
internal static class SchemaTypes
{
    public static JsonElement Property(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("properties", out JsonElement properties)
        && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty(name, out JsonElement property) ? property : default;

    /// <summary>The schema of an array's elements; where there are alternatives, that of the first one that is an array.</summary>
    public static JsonElement Items(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        return schema.TryGetProperty("items", out JsonElement items)
            ? items
            : Alternatives(schema).Select(Items).FirstOrDefault(found => found.ValueKind != JsonValueKind.Undefined);
    }

    /// <summary>Whether a string fits as far as types go. A schema that says nothing takes strings.</summary>
    public static bool TakesString(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        if (schema.TryGetProperty("type", out JsonElement type))
        {
            return type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(IsString) : IsString(type);
        }

        return !Alternatives(schema).Any() || Alternatives(schema).Any(TakesString);
    }

    /// <summary>Whether any string fits, so that a reference does as it is written.</summary>
    public static bool TakesAnyString(JsonElement schema) =>
        TakesString(schema) && !(schema.ValueKind == JsonValueKind.Object && (schema.TryGetProperty("enum", out _) || schema.TryGetProperty("const", out _) || schema.TryGetProperty("pattern", out _)));

    public static IEnumerable<JsonElement> Alternatives(JsonElement schema) =>
        schema.TryGetProperty("anyOf", out JsonElement anyOf) && anyOf.ValueKind == JsonValueKind.Array ? anyOf.EnumerateArray()
        : schema.TryGetProperty("oneOf", out JsonElement oneOf) && oneOf.ValueKind == JsonValueKind.Array ? oneOf.EnumerateArray()
        : [];

    private static bool IsString(JsonElement type) => type.ValueKind == JsonValueKind.String && type.ValueEquals("string");
}
