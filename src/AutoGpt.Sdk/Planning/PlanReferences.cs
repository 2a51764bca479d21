using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// References in a step's arguments: the string <c>$n</c>, as an argument or as an element of an array argument, stands for the
/// result of step n. A text that really begins with a dollar sign is written with two: <c>$$5</c> is the text <c>$5</c>.
/// </summary>
public static class PlanReferences
{
    /// <summary>Reads a reference.</summary>
    /// <param name="text">The text of an argument.</param>
    /// <param name="step">The number of the step it refers to, from 1.</param>
    /// <returns>Whether the whole text is a reference.</returns>
    public static bool TryParse(string? text, out int step)
    {
        step = 0;
        return text is ['$', >= '1' and <= '9', ..]
            && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out step);
    }

    /// <summary>The steps that a step's arguments refer to, ascending, each once.</summary>
    /// <param name="arguments">The arguments.</param>
    public static IReadOnlyList<int> Collect(JsonObject arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        SortedSet<int> steps = [];
        foreach (JsonNode? value in arguments.SelectMany(argument => argument.Value as IEnumerable<JsonNode?> ?? [argument.Value]))
        {
            if (IsReference(value, out int step))
            {
                steps.Add(step);
            }
        }

        return [.. steps];
    }

    /// <summary>The arguments with every reference replaced by the result it stands for, and every <c>$$</c> by <c>$</c>.</summary>
    /// <param name="arguments">The arguments as planned. Not changed.</param>
    /// <param name="schema">
    /// The tool's parameter schema: where it takes no string, a number or object is handed over as such, and not as text.
    /// </param>
    /// <param name="results">The results so far, by step number.</param>
    /// <exception cref="AutoGptException">An argument refers to a step without a result.</exception>
    public static JsonObject Resolve(JsonObject arguments, JsonElement schema, IReadOnlyDictionary<int, StepResult> results)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(results);
        JsonObject resolved = [];
        foreach ((string name, JsonNode? value) in arguments)
        {
            JsonElement property = SchemaTypes.Property(schema, name);
            if (value is not JsonArray array)
            {
                resolved[name] = Resolve(value, property, results);
                continue;
            }

            JsonElement items = SchemaTypes.Items(property);
            resolved[name] = new JsonArray([.. array.Select(element => Resolve(element, items, results))]);
        }

        return resolved;
    }

    internal static bool IsReference(JsonNode? value, out int step)
    {
        step = 0;
        return value is JsonValue text && text.TryGetValue(out string? content) && TryParse(content, out step);
    }

    private static JsonNode? Resolve(JsonNode? value, JsonElement schema, IReadOnlyDictionary<int, StepResult> results)
    {
        if (value is not JsonValue scalar || !scalar.TryGetValue(out string? text))
        {
            return value?.DeepClone();
        }

        if (!TryParse(text, out int step))
        {
            return text.StartsWith("$$", StringComparison.Ordinal) ? text[1..] : text;
        }

        if (!results.TryGetValue(step, out StepResult? result))
        {
            throw new AutoGptException($"An argument refers to step {step}, which has no result.");
        }

        return SchemaTypes.TakesString(schema) ? result.Text : AsValue(result);
    }

    /// <summary>The result as JSON, for a parameter that takes no string: the text "12" becomes the number 12.</summary>
    private static JsonNode? AsValue(StepResult result)
    {
        if (result.Value is not { ValueKind: JsonValueKind.String })
        {
            return result.Value is { } value ? JsonNode.Parse(value.GetRawText()) : null;
        }

        try
        {
            return JsonNode.Parse(result.Text.Trim());
        }
        catch (JsonException)
        {
            return result.Text; // The tool says what it thinks of it.
        }
    }
}
