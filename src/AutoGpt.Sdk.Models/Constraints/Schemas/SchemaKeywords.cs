using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Which keywords are understood, and how their values are read. What is not understood is refused, never guessed.</summary>
internal static class SchemaKeywords
{
    private static readonly HashSet<string> s_annotations = new(StringComparer.Ordinal)
    {
        "title", "description", "default", "examples", "$schema", "$id", "$comment", "deprecated", "readOnly", "writeOnly",
        "$defs", "definitions", "x-reference",
    };

    private static readonly HashSet<string> s_constraints = new(StringComparer.Ordinal)
    {
        "type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref",
        "properties", "required", "additionalProperties",
        "items", "prefixItems", "minItems", "maxItems",
        "minLength", "maxLength", "pattern", "x-quotedFrom", "x-quotedAs",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    };

    public static void RequireKnown(JsonElement schema, SchemaPath path)
    {
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (!s_annotations.Contains(property.Name) && !s_constraints.Contains(property.Name))
            {
                throw new SchemaException(
                    $"the keyword '{property.Name}' is not supported; remove it or express it in other words.",
                    path.Property(property.Name).ToString(), property.Name);
            }
        }
    }

    /// <summary>Refuses constraints beside one that stands for a whole schema.</summary>
    public static void RequireAlone(JsonElement schema, SchemaPath path, string keyword, params ReadOnlySpan<string> alsoAllowed)
    {
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (property.Name != keyword && !s_annotations.Contains(property.Name) && !alsoAllowed.Contains(property.Name))
            {
                throw new SchemaException(
                    $"'{property.Name}' beside '{keyword}' is not supported; write it inside.",
                    path.Property(property.Name).ToString(), property.Name);
            }
        }
    }

    public static JsonElement? Find(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out JsonElement value) ? value : null;

    /// <summary>A whole number, or null where the keyword is absent. Numbers past the range of an <see cref="int"/> become its greatest.</summary>
    public static int? Count(JsonElement schema, string keyword, SchemaPath path)
    {
        if (Find(schema, keyword) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && number >= 0 && number == decimal.Truncate(number)
            ? (int)Math.Min(number, int.MaxValue)
            : throw Wrong(keyword, path, "a whole number that is not negative");
    }

    public static DecimalBound? Bound(JsonElement schema, string keyword, SchemaPath path, bool isInclusive)
    {
        if (Find(schema, keyword) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            throw Wrong(keyword, path, "a number");
        }

        return DecimalBound.TryParse(value.GetRawText(), isInclusive) ?? throw Wrong(keyword, path, "a number of at most 400 digits");
    }

    public static JsonElement Array(JsonElement value, string keyword, SchemaPath path) =>
        value.ValueKind == JsonValueKind.Array ? value : throw Wrong(keyword, path, "an array");

    public static string Text(JsonElement value, string keyword, SchemaPath path) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(keyword, path, "a string");

    public static List<string> Texts(JsonElement value, string keyword, SchemaPath path) =>
        [.. Array(value, keyword, path).EnumerateArray().Select(v => Text(v, keyword, path))];

    public static SchemaException Wrong(string keyword, SchemaPath path, string expected) =>
        new($"'{keyword}' must be {expected}.", path.Property(keyword).ToString(), keyword);
}
