using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>The types of JSON Schema. Each integer is also a number.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Fractional = 8,
    Number = Integer | Fractional,
    String = 16,
    Array = 32,
    Object = 64,
    All = 127,
}

/// <summary>Reads types off schemas and values.</summary>
internal static class JsonTypeReader
{
    /// <summary>The types a schema's <c>type</c> names; all where there is none.</summary>
    public static JsonTypes Declared(JsonElement schema, SchemaPath path)
    {
        if (SchemaKeywords.Find(schema, "type") is not { } type)
        {
            return JsonTypes.All;
        }

        if (type.ValueKind == JsonValueKind.String)
        {
            return Parse(type.GetString()!, path);
        }

        JsonTypes types = JsonTypes.None;
        foreach (string name in SchemaKeywords.Texts(type, "type", path))
        {
            types |= Parse(name, path);
        }

        return types;
    }

    public static JsonTypes OfValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.Object => JsonTypes.Object,
        _ => DecimalBound.TryParse(value.GetRawText(), true) is { Fraction.Length: > 0 } ? JsonTypes.Fractional : JsonTypes.Integer,
    };

    private static JsonTypes Parse(string name, SchemaPath path) => name switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Number,
        "string" => JsonTypes.String,
        "array" => JsonTypes.Array,
        "object" => JsonTypes.Object,
        _ => throw new SchemaException($"'{name}' is no type of JSON Schema.", path.Property("type").ToString(), "type"),
    };
}
