using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>What tools say they return, so far as a plan can be held to it before anything runs.</summary>
internal static class ReturnTypes
{
    private const int MaxDepth = 2;
    private const int MaxPaths = 64;

    /// <summary>The parts that the results of these tools can have by their schemas, as references write them: <c>.total</c>, <c>.address.city</c>.</summary>
    public static IReadOnlyList<string> Paths(IEnumerable<AIFunctionDeclaration> tools) =>
        [.. tools.SelectMany(tool => Paths(tool.ReturnJsonSchema ?? default, "", MaxDepth)).Distinct(StringComparer.Ordinal).Take(MaxPaths)];

    /// <summary>What is wrong with referring to a part of what a tool returns, where its schema says; null where nothing is, or nothing is known.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="tool">The tool of the step that is referred to.</param>
    /// <param name="wanted">The schema of the parameter that the part is for.</param>
    public static string? Problem(PlanReference reference, AIFunctionDeclaration tool, JsonElement wanted)
    {
        JsonElement schema = tool.ReturnJsonSchema ?? default;
        foreach (string part in reference.Path)
        {
            // Text may hold JSON; what else the schema leaves open, the result will show.
            if (Types(schema) is not [var type] || type == "string")
            {
                return null;
            }

            if (type != (PlanReference.IsIndex(part) ? "array" : "object"))
            {
                return $"{reference} refers to a part of what {tool.Name} returns as {type}";
            }

            if (PlanReference.IsIndex(part))
            {
                schema = SchemaTypes.Items(schema);
            }
            else if (schema.TryGetProperty("properties", out JsonElement properties))
            {
                if (!properties.TryGetProperty(part, out schema))
                {
                    return $"{reference} refers to '{part}', which {tool.Name} does not return; it returns {string.Join(", ", properties.EnumerateObject().Select(property => property.Name))}";
                }
            }
            else
            {
                return null;
            }
        }

        // A text goes everywhere, and anything goes as text.
        return Types(schema) is { Length: > 0 } given && Types(wanted) is { Length: > 0 } taken && !taken.Contains("string") && !given.Any(one => Fits(one, taken))
            ? $"{reference} is {string.Join(" or ", given)}, where {string.Join(" or ", taken)} is wanted"
            : null;
    }

    private static bool Fits(string given, string[] taken) => given == "string" || taken.Contains(given) || (given is "integer" or "number" && taken.Any(type => type is "integer" or "number"));

    private static IEnumerable<string> Paths(JsonElement schema, string at, int depth)
    {
        if (depth == 0 || schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (JsonProperty property in properties.EnumerateObject().Where(property => PlanReference.TryParse("$1." + property.Name) is { Path.Count: 1 }))
        {
            string path = $"{at}.{property.Name}";
            yield return path;
            foreach (string inner in Paths(property.Value, path, depth - 1))
            {
                yield return inner;
            }
        }
    }

    // None where the schema leaves the type open: alternatives, references, nothing at all.
    private static string[] Types(JsonElement schema) =>
        schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out JsonElement type) ? []
        : type.ValueKind == JsonValueKind.String ? [type.GetString()!]
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!).Where(one => one != "null")]
        : [];
}
