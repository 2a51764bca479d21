using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>What a schema may say, and the small questions about it.</summary>
internal static class SchemaKeywords
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "definitions", "$anchor", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "x-reference", "x-quotedAs",
    };

    private static readonly HashSet<string> Constraints = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems", "enum", "const", "pattern", "minLength", "maxLength",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "anyOf", "oneOf", "$ref", "x-quotedFrom",
    };

    // These decide alone: beside them only annotations, and a type that says nothing new, make sense.
    private static readonly string[] Alone = ["$ref", "anyOf", "oneOf"];

    /// <exception cref="SchemaException">A keyword is not supported, or two that are do not go together.</exception>
    public static void Check(JsonElement schema, string path)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new SchemaException(path, $"a schema is an object, true or false, not {schema.ValueKind}.");
        }

        string? alone = null;
        int others = 0;
        foreach (JsonProperty keyword in schema.EnumerateObject().Where(keyword => !Annotations.Contains(keyword.Name)))
        {
            if (!Constraints.Contains(keyword.Name))
            {
                throw new SchemaException($"{path}/{keyword.Name}", $"the keyword '{keyword.Name}' is not supported.");
            }

            if (Alone.Contains(keyword.Name))
            {
                alone = keyword.Name;
            }

            others++;
        }

        if (alone is not null && others > 1)
        {
            throw new SchemaException(path, $"'{alone}' together with other constraints is not supported.");
        }

        if (schema.TryGetProperty("additionalProperties", out JsonElement additional) && additional.ValueKind is not (JsonValueKind.False or JsonValueKind.True))
        {
            throw new SchemaException(path + "/additionalProperties", "a schema for additional properties is not supported; none are generated.");
        }
    }

    /// <summary>The types of a schema; those its keywords imply where it names none.</summary>
    public static string[] Types(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("type", out JsonElement type))
        {
            string[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(each => each.GetString()!)] : [type.GetString()!];
            // Every integer is a number: writing both would only write some numbers twice.
            return types.Contains("number") ? [.. types.Where(each => each != "integer")] : types;
        }

        bool Has(params string[] keywords) => keywords.Any(keyword => schema.TryGetProperty(keyword, out _));
        string[] implied =
        [
            .. Has("properties", "required", "additionalProperties") ? (string[])["object"] : [],
            .. Has("items", "prefixItems", "minItems", "maxItems") ? (string[])["array"] : [],
            .. Has("pattern", "minLength", "maxLength", "x-quotedFrom") ? (string[])["string"] : [],
            .. Has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") ? (string[])["number"] : [],
        ];
        return implied.Length <= 1 ? implied : throw new SchemaException(path, "its keywords belong to several types; name one in 'type'.");
    }

    /// <summary>The values of an enumeration that have the schema's type.</summary>
    public static IEnumerable<JsonElement> Allowed(JsonElement schema, JsonElement values, string path)
    {
        string[] types = schema.TryGetProperty("type", out _) ? Types(schema, path) : [];
        JsonElement[] allowed = [.. values.EnumerateArray().Where(value => types.Length == 0 || types.Any(type => IsOf(value, type)))];
        return allowed.Length > 0 ? allowed : throw new SchemaException(path + "/enum", "it has no value.");
    }

    public static int? Count(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out JsonElement count))
        {
            return null;
        }

        return count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out int value) && value >= 0
            ? value : throw new SchemaException($"{path}/{keyword}", "it must be a whole number from 0.");
    }

    /// <summary>What a local reference points to.</summary>
    public static JsonElement Resolve(JsonElement root, string pointer, string path)
    {
        if (!pointer.StartsWith('#'))
        {
            throw new SchemaException(path + "/$ref", $"'{pointer}' is not local; only references that begin with # are supported.");
        }

        JsonElement target = root;
        foreach (string part in pointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            bool found = target.ValueKind == JsonValueKind.Object ? target.TryGetProperty(part, out target)
                : target.ValueKind == JsonValueKind.Array && int.TryParse(part, out int index) && index < target.GetArrayLength() && (target = target[index]).ValueKind != JsonValueKind.Undefined;
            if (!found)
            {
                throw new SchemaException(path + "/$ref", $"'{pointer}' points to nothing.");
            }
        }

        return target;
    }

    /// <exception cref="SchemaException">Two options could both fit one document: then oneOf cannot be told from anyOf.</exception>
    public static void CheckDisjoint(JsonElement options, JsonElement root, string path)
    {
        JsonElement[] all = [.. options.EnumerateArray().Select(option => Target(option, root, path))];
        for (int first = 0; first < all.Length; first++)
        {
            for (int second = first + 1; second < all.Length; second++)
            {
                if (!AreDisjoint(all[first], all[second]))
                {
                    throw new SchemaException(path, $"options {first} and {second} could both fit; give them different types or a property with different constants, or use anyOf.");
                }
            }
        }
    }

    private static JsonElement Target(JsonElement option, JsonElement root, string path) =>
        option.ValueKind == JsonValueKind.Object && option.TryGetProperty("$ref", out JsonElement reference) ? Resolve(root, reference.GetString()!, path) : option;

    private static bool AreDisjoint(JsonElement first, JsonElement second)
    {
        if (Constants(first) is { } left && Constants(second) is { } right)
        {
            return !left.Overlaps(right);
        }

        string[] firstTypes = KindsOf(first);
        string[] secondTypes = KindsOf(second);
        if (firstTypes.Length > 0 && secondTypes.Length > 0 && !firstTypes.Intersect(secondTypes).Any())
        {
            return true;
        }

        // A property that both require, with constants that differ.
        return first.TryGetProperty("properties", out JsonElement properties) && second.TryGetProperty("properties", out JsonElement others)
            && properties.EnumerateObject().Any(property => Requires(first, property.Name) && Requires(second, property.Name) && others.TryGetProperty(property.Name, out JsonElement other)
                && Constants(property.Value) is { } here && Constants(other) is { } there && !here.Overlaps(there));
    }

    private static bool Requires(JsonElement schema, string name) =>
        schema.TryGetProperty("required", out JsonElement required) && required.EnumerateArray().Any(each => each.GetString() == name);

    private static HashSet<string>? Constants(JsonElement schema) =>
        schema.TryGetProperty("const", out JsonElement value) ? [JsonText.Of(value)]
        : schema.TryGetProperty("enum", out JsonElement values) ? [.. values.EnumerateArray().Select(JsonText.Of)] : null;

    private static string[] KindsOf(JsonElement schema)
    {
        string[] types = schema.TryGetProperty("const", out JsonElement value) ? [KindOf(value)]
            : schema.TryGetProperty("enum", out JsonElement values) ? [.. values.EnumerateArray().Select(KindOf)] : Types(schema, "");
        return [.. types.Select(type => type == "integer" ? "number" : type)];
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static bool IsOf(JsonElement value, string type) =>
        type == "integer" ? value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && number == decimal.Truncate(number) : KindOf(value) == type;
}
