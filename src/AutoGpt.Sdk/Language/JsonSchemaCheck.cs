using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// Checks a JSON value against the part of JSON Schema that tools and structured output use: types, names, required members,
/// enumerations, alternatives, lengths, bounds, patterns and local references. Keywords it does not know hold. Thread-safe.
/// </summary>
internal sealed class JsonSchemaCheck
{
    private const int MaxDepth = 64; // A schema may refer to itself.
    private const int MostCompared = 1000; // Each with each.

    private static readonly (string Keyword, string What, Func<JsonNumber, JsonNumber, bool> Holds)[] NumberBounds =
    [
        ("minimum", "at least", (value, bound) => value.CompareTo(bound) >= 0),
        ("maximum", "at most", (value, bound) => value.CompareTo(bound) <= 0),
        ("exclusiveMinimum", "more than", (value, bound) => value.CompareTo(bound) > 0),
        ("exclusiveMaximum", "less than", (value, bound) => value.CompareTo(bound) < 0),
        ("multipleOf", "a multiple of", (value, bound) => value.IsMultipleOf(bound)),
    ];

    private readonly ConcurrentDictionary<string, SchemaPattern> _patterns = new(StringComparer.Ordinal);
    private readonly JsonElement _root;
    private readonly Func<JsonElement, bool>? _exempt;

    /// <param name="schema">The schema.</param>
    /// <param name="exempt">Values that fit whatever the schema says, for instance references to other steps.</param>
    public JsonSchemaCheck(JsonElement schema, Func<JsonElement, bool>? exempt = null) => (_root, _exempt) = (schema, exempt);

    /// <summary>
    /// Whether a member that differs from a named one by the case of letters alone is refused, also where others are let through: who reads it may take the one for the other. Default false.
    /// </summary>
    public bool ClosesNearNames { get; init; }

    /// <summary>What is wrong, a line each; empty when the value fits.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What to call the value.</param>
    public IReadOnlyList<string> Problems(JsonElement value, string name)
    {
        List<string> problems = [];
        Check(_root, value, name, problems, 0);
        return problems;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> problems, int depth)
    {
        if (schema.ValueKind == JsonValueKind.False || depth > MaxDepth)
        {
            problems.Add($"{at} is not allowed");
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object || _exempt?.Invoke(value) == true)
        {
            return;
        }

        if (schema.TryGetProperty("$ref", out JsonElement reference) && Follow(reference.GetString()!) is { } target)
        {
            Check(target, value, at, problems, depth + 1);
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !IsType(type, value))
        {
            problems.Add($"{at} must be {Names(type)}, not {Describe(value)}");
            return;
        }

        if (schema.TryGetProperty("const", out JsonElement constant) && !JsonElement.DeepEquals(constant, value))
        {
            problems.Add($"{at} must be {constant.GetRawText()}, not {Describe(value)}");
        }

        if (schema.TryGetProperty("enum", out JsonElement values) && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            problems.Add($"{at} must be one of {string.Join(", ", values.EnumerateArray().Select(one => one.GetRawText()))}, not {Describe(value)}");
        }

        CheckAlternatives(schema, value, at, problems, depth);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: CheckObject(schema, value, at, problems, depth); break;
            case JsonValueKind.Array: CheckArray(schema, value, at, problems, depth); break;
            case JsonValueKind.String: CheckString(schema, value.GetString()!, at, problems); break;
            case JsonValueKind.Number: CheckNumber(schema, value, at, problems); break;
        }
    }

    private void CheckAlternatives(JsonElement schema, JsonElement value, string at, List<string> problems, int depth)
    {
        foreach (string keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (!schema.TryGetProperty(keyword, out JsonElement alternatives))
            {
                continue;
            }

            // The alternative with the fewest problems is the one that was meant.
            List<string>? nearest = null;
            foreach (JsonElement alternative in alternatives.EnumerateArray())
            {
                List<string> found = [];
                Check(alternative, value, at, found, depth + 1);
                nearest = nearest is null || found.Count < nearest.Count ? found : nearest;
            }

            problems.AddRange(nearest ?? []);
        }

        if (schema.TryGetProperty("allOf", out JsonElement all))
        {
            foreach (JsonElement part in all.EnumerateArray())
            {
                Check(part, value, at, problems, depth + 1);
            }
        }
    }

    private void CheckObject(JsonElement schema, JsonElement value, string at, List<string> problems, int depth)
    {
        JsonElement properties = schema.TryGetProperty("properties", out JsonElement named) ? named : default;
        Bounds(schema, "Properties", value.GetPropertyCount(), $"the number of members of {at}", problems);
        bool hasRest = schema.TryGetProperty("additionalProperties", out JsonElement rest);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out JsonElement property))
            {
                Check(property, member.Value, $"{at}.{SingleLine.Of(member.Name, 60)}", problems, depth + 1);
            }
            else if (ClosesNearNames && properties.ValueKind == JsonValueKind.Object
                && properties.EnumerateObject().Select(one => one.Name).FirstOrDefault(name => string.Equals(name, member.Name, StringComparison.OrdinalIgnoreCase)) is { } meant)
            {
                problems.Add($"{at} has '{member.Name}' beside what the schema says of '{meant}'");
            }
            else if (hasRest && rest.ValueKind == JsonValueKind.False)
            {
                string known = properties.ValueKind == JsonValueKind.Object
                    ? string.Join(", ", properties.EnumerateObject().Select(one => one.Name)) : "nothing";
                problems.Add($"{at} has no member '{SingleLine.Of(member.Name, 60)}' (it has {known})");
            }
            else if (hasRest)
            {
                Check(rest, member.Value, $"{at}.{SingleLine.Of(member.Name, 60)}", problems, depth + 1);
            }
        }

        if (schema.TryGetProperty("required", out JsonElement required))
        {
            problems.AddRange(required.EnumerateArray().Select(one => one.GetString()!)
                .Where(one => !value.TryGetProperty(one, out _)).Select(one => $"{at} lacks '{one}'"));
        }
    }

    private void CheckArray(JsonElement schema, JsonElement value, string at, List<string> problems, int depth)
    {
        int length = value.GetArrayLength();
        int before = problems.Count;
        Bounds(schema, "Items", length, $"the number of elements of {at}", problems);
        if (problems.Count > before)
        {
            return; // What is too long is not looked through.
        }

        if (schema.TryGetProperty("uniqueItems", out JsonElement unique) && unique.ValueKind == JsonValueKind.True && HasTwins(value))
        {
            problems.Add($"{at} has an element twice, or more than {MostCompared} of them");
        }

        int first = 0;
        if (schema.TryGetProperty("prefixItems", out JsonElement prefix))
        {
            foreach ((JsonElement item, JsonElement element) in prefix.EnumerateArray().Zip(value.EnumerateArray()))
            {
                Check(item, element, $"{at}[{first++}]", problems, depth + 1);
            }
        }

        if (schema.TryGetProperty("items", out JsonElement items))
        {
            foreach (JsonElement element in value.EnumerateArray().Skip(first))
            {
                Check(items, element, $"{at}[{first++}]", problems, depth + 1);
            }
        }
    }

    private void CheckString(JsonElement schema, string value, string at, List<string> problems)
    {
        Bounds(schema, "Length", value.EnumerateRunes().Count(), $"the length of {at}", problems);
        if (schema.TryGetProperty("pattern", out JsonElement pattern)
            && !_patterns.GetOrAdd(pattern.GetString()!, text => new SchemaPattern(text)).Regex.IsMatch(value))
        {
            problems.Add($"{at} must match {pattern.GetString()}");
        }
    }

    private static void CheckNumber(JsonElement schema, JsonElement value, string at, List<string> problems)
    {
        foreach ((string keyword, string what, Func<JsonNumber, JsonNumber, bool> holds) in NumberBounds)
        {
            if (schema.TryGetProperty(keyword, out JsonElement bound)
                && !(JsonNumber.TryParse(value.GetRawText(), out JsonNumber number) && JsonNumber.TryParse(bound.GetRawText(), out JsonNumber limit) && holds(number, limit)))
            {
                problems.Add($"{at} must be {what} {bound.GetRawText()}, not {Describe(value)}");
            }
        }
    }

    private static bool HasTwins(JsonElement array)
    {
        JsonElement[] items = [.. array.EnumerateArray()];
        return items.Length > MostCompared || items.Index().Any(one => items.Take(one.Index).Any(other => JsonElement.DeepEquals(one.Item, other)));
    }

    private static void Bounds(JsonElement schema, string suffix, double value, string what, List<string> problems)
    {
        if (schema.TryGetProperty("min" + suffix, out JsonElement least) && value < least.GetDouble())
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{what} must be at least {least.GetRawText()}, not {value}"));
        }

        if (schema.TryGetProperty("max" + suffix, out JsonElement most) && value > most.GetDouble())
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{what} must be at most {most.GetRawText()}, not {value}"));
        }
    }

    /// <summary>What a reference within the schema stands for; null where it leads nowhere.</summary>
    internal JsonElement? Follow(string pointer)
    {
        JsonElement found = _root;
        foreach (string token in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (found.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index < found.GetArrayLength())
            {
                found = found[index];
            }
            else if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return found;
    }

    private static bool IsType(JsonElement type, JsonElement value) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => IsType(one, value)) : type.GetString() switch
        {
            "string" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            // Stricter than the specification: 1.0 is an integer there, but no .NET method takes it for one.
            "integer" => value.ValueKind == JsonValueKind.Number && !value.GetRawText().AsSpan().ContainsAny(".eE"),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        };

    private static string Names(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString())) : $"of type {type.GetString()}";

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => SingleLine.Of(value.GetRawText(), 60),
    };
}
