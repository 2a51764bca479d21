using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>One parameter of a built-in tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
internal sealed record Parameter(string Name, string Description)
{
    public string Type { get; init; } = "string";

    /// <summary>The words it may be, or null for any.</summary>
    public string[]? Words { get; init; }

    public int? Minimum { get; init; }

    public int? Maximum { get; init; }

    /// <summary>What kind of span of the goal it copies; see the annotation <c>x-quotedAs</c>.</summary>
    public string? QuotedAs { get; init; }

    /// <summary>Whether the result of an earlier step makes sense here; the annotation <c>x-reference</c>.</summary>
    public bool Reference { get; init; }

    /// <summary>Smallest and largest number of items, when it is an array of such strings.</summary>
    public (int Least, int Most)? Items { get; init; }

    /// <summary>Whether one string may stand for an array of one.</summary>
    public bool AlsoSingle { get; init; }

    public JsonObject ToSchema(string[]? words = null, bool described = true)
    {
        // A number that a planner copies is a string to it; others may as well write the number.
        bool alsoNumber = described && QuotedAs is ("number" or "span");
        JsonObject one = new() { ["type"] = alsoNumber ? new JsonArray("string", "number") : Type };
        if ((words ?? Words) is { } allowed)
        {
            one["enum"] = new JsonArray([.. allowed.Select(word => (JsonNode)(Type == "boolean" ? word == "true" : word))]);
        }

        Add("minimum", Minimum);
        Add("maximum", Maximum);
        Add("x-quotedAs", QuotedAs);
        Add("x-reference", Reference ? true : null);
        JsonObject schema = one;
        if (Items is { } items)
        {
            schema = new JsonObject { ["type"] = "array", ["items"] = one, ["minItems"] = items.Least, ["maxItems"] = items.Most };
            if (AlsoSingle)
            {
                schema = new JsonObject { ["anyOf"] = new JsonArray(one.DeepClone(), schema) };
            }
        }

        if (described)
        {
            schema["description"] = Description;
        }

        return schema;

        void Add(string key, JsonNode? value)
        {
            if (value is not null)
            {
                one[key] = value;
            }
        }
    }
}
