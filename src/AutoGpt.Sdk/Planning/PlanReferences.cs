using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// References in a step's arguments: the string <c>$n</c>, as an argument or as an element of an array argument, stands for the
/// result of step n, and <c>$n.total</c> or <c>$n.rows[0].name</c> for a part of it. A text that really begins with a dollar sign is written with two:
/// <c>$$5</c> is the text <c>$5</c>.
/// </summary>
public static class PlanReferences
{
    /// <summary>Reads a reference.</summary>
    /// <param name="text">The text of an argument.</param>
    /// <param name="step">The number of the step it refers to, from 1.</param>
    /// <returns>Whether the whole text is a reference, to the result or to a part of it.</returns>
    public static bool TryParse(string? text, out int step)
    {
        step = PlanReference.TryParse(text)?.Step ?? 0;
        return step > 0;
    }

    /// <summary>The steps that a step's arguments refer to, ascending, each once.</summary>
    /// <param name="arguments">The arguments.</param>
    public static IReadOnlyList<int> Collect(JsonObject arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return [.. new SortedSet<int>(arguments.SelectMany(argument => Values(argument.Value)).Select(Read).OfType<PlanReference>().Select(reference => reference.Step))];
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

    /// <summary>Where references can stand: the argument itself, or the elements of an array.</summary>
    internal static IEnumerable<JsonNode?> Values(JsonNode? argument) => argument is JsonArray elements ? elements : Enumerable.Repeat(argument, 1);

    internal static PlanReference? Read(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? content) ? PlanReference.TryParse(content) : null;

    private static JsonNode? Resolve(JsonNode? value, JsonElement schema, IReadOnlyDictionary<int, StepResult> results)
    {
        if (value is not JsonValue scalar || !scalar.TryGetValue(out string? text))
        {
            return value?.DeepClone();
        }

        if (PlanReference.TryParse(text) is not { } reference)
        {
            return text.StartsWith("$$", StringComparison.Ordinal) ? text[1..] : text;
        }

        if (!results.TryGetValue(reference.Step, out StepResult? result))
        {
            throw new AutoGptException($"An argument refers to step {reference.Step}, which has no result.");
        }

        JsonElement? found = reference.Find(result);
        return SchemaTypes.TakesString(schema) ? StepResult.TextOf(found) : AsValue(found);
    }

    /// <summary>The value as JSON, for a parameter that takes no string: the text "12" becomes the number 12.</summary>
    private static JsonNode? AsValue(JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.String } text)
        {
            return value is { } other ? JsonNode.Parse(other.GetRawText()) : null;
        }

        try
        {
            return JsonNode.Parse(text.GetString()!.Trim());
        }
        catch (JsonException)
        {
            return text.GetString(); // The tool says what it thinks of it.
        }
    }
}
