using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Random schemas of the supported subset. The first alternative of a choice never recurs, so that documents can be drawn.</summary>
internal sealed class RandomSchema(Random random)
{
    public const string Goal = "Copy \"my notes.txt\" to archive/2026/report.csv, then add 1,250 and -3.5 (due 3 March 2026): “say hi\\there” – don't forget 40% of data.json!";

    private static readonly string[] s_names = ["a", "tool", "path", "naïve", "x y", "q\"uote", "back\\slash", "n", "items", "a\tb"];
    private static readonly string[] s_kinds = ["any", "path", "number", "date", "word", "text", "span"];

    private int _definitions;

    // References that consume nothing before they recur have tests of their own: validators that recurse do not come back from them.
    private int _containers;

    public Dictionary<string, RandomPattern> Patterns { get; } = [];

    public JsonObject Create()
    {
        _definitions = random.Next(3);
        JsonObject root = Schema(3);
        if (_definitions > 0)
        {
            JsonObject definitions = [];
            for (int i = 0; i < _definitions; i++)
            {
                definitions.Add($"d{i}", Schema(2));
            }

            root.Add("$defs", definitions);
        }

        return root;
    }

    private JsonObject Schema(int depth)
    {
        int sort = depth > 0 ? random.Next(16) : random.Next(9);
        return sort switch
        {
            0 => new() { ["type"] = "boolean", ["description"] = "ignored" },
            1 => new() { ["type"] = "null" },
            2 => Number("integer"),
            3 => Number("number"),
            4 => Text(),
            5 => new() { ["enum"] = new JsonArray([.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Value(2))]) },
            6 => new() { ["const"] = Value(2) },
            7 => new() { ["type"] = "string", ["x-quotedFrom"] = new JsonArray(random.Next(8) == 0 ? "missing" : "goal"), ["x-quotedAs"] = s_kinds[random.Next(s_kinds.Length)] },
            8 => Several(),
            9 or 10 or 11 => Object(depth),
            12 or 13 => Array(depth),
            14 when random.Next(3) == 0 => Alike(depth),
            14 => new() { ["anyOf"] = new JsonArray([.. Enumerable.Range(0, 1 + random.Next(3)).Select(i => i == 0 ? Schema(0) : Reference(depth) ?? Schema(depth - 1))]) },
            _ => OneOf(depth),
        };
    }

    private JsonObject? Reference(int depth) =>
        _definitions > 0 && _containers > 0 && random.Next(2) == 0 && depth > 0 ? new() { ["$ref"] = $"#/$defs/d{random.Next(_definitions)}" } : null;

    private JsonObject Number(string type)
    {
        JsonObject schema = new() { ["type"] = type };
        decimal low = random.Next(-2000, 2000) / (type == "integer" ? 1m : random.Next(4) switch { 0 => 1m, 1 => 10m, 2 => 1000m, _ => 7.5m });
        low = decimal.Round(low, 5);
        decimal high = low + (random.Next(3) switch { 0 => 2, 1 => 15, _ => 2500 });
        if (random.Next(3) > 0)
        {
            schema[random.Next(3) == 0 ? "exclusiveMinimum" : "minimum"] = low;
        }

        if (random.Next(3) > 0)
        {
            schema[random.Next(3) == 0 ? "exclusiveMaximum" : "maximum"] = high;
        }

        return schema;
    }

    private JsonObject Text()
    {
        JsonObject schema = new() { ["type"] = "string" };
        if (random.Next(3) == 0)
        {
            RandomPattern pattern = RandomPattern.Create(random);
            Patterns[pattern.Text] = pattern;
            schema["pattern"] = pattern.Text;
            return schema;
        }

        int minimum = random.Next(6);
        if (random.Next(2) == 0)
        {
            schema["minLength"] = minimum;
        }

        if (random.Next(2) == 0)
        {
            schema["maxLength"] = minimum + random.Next(20);
        }

        return schema;
    }

    private JsonObject Several() => new()
    {
        ["type"] = new JsonArray([.. new[] { "null", "boolean", "integer", "string", "number" }.Where(_ => random.Next(2) == 0).Append("null").Distinct().Select(t => (JsonNode)t)]),
        ["maxLength"] = 5,
        ["minimum"] = -7,
    };

    private JsonObject Object(int depth, JsonObject? discriminator = null)
    {
        JsonObject properties = [];
        List<string> required = [];
        if (discriminator is not null)
        {
            properties.Add("kind", discriminator);
            required.Add("kind");
        }

        _containers++;
        foreach (string name in s_names.Where(_ => random.Next(3) == 0).OrderBy(_ => random.Next()))
        {
            JsonObject? reference = Reference(depth);
            if (reference is null && random.Next(2) == 0)
            {
                required.Add(name);
            }

            properties.Add(name, reference ?? Schema(depth - 1));
        }

        _containers--;
        JsonObject schema = new() { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = new JsonArray([.. required.OrderBy(_ => random.Next()).Select(r => (JsonNode)r)]);
        }

        if (random.Next(2) == 0)
        {
            schema["additionalProperties"] = random.Next(3) > 0 ? false : true;
        }

        return schema;
    }

    private JsonObject Array(int depth)
    {
        JsonObject schema = new() { ["type"] = "array" };
        int minimum = random.Next(3);
        _containers++;
        JsonObject? reference = minimum == 0 ? Reference(depth) : null;
        schema["items"] = random.Next(8) == 0 ? (JsonNode)(minimum > 0) : reference ?? Schema(depth - 1);
        if (random.Next(3) == 0)
        {
            schema["prefixItems"] = new JsonArray([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Schema(depth - 1))]);
        }

        _containers--;
        if (minimum > 0)
        {
            schema["minItems"] = minimum;
        }

        if (random.Next(2) == 0)
        {
            schema["maxItems"] = minimum + random.Next(4);
        }

        return schema;
    }

    private JsonObject OneOf(int depth) => new()
    {
        ["oneOf"] = random.Next(2) == 0
            ? new JsonArray(Number("integer"), Text(), new JsonObject { ["type"] = "null" })
            : new JsonArray([.. Enumerable.Range(0, 2 + random.Next(2)).Select(i => Object(depth - 1, new JsonObject { ["const"] = $"kind {i}" }))]),
    };

    /// <summary>Objects that begin with the same properties and go on differently: their readings are merged and must come apart again.</summary>
    private JsonObject Alike(int depth)
    {
        JsonObject first = Schema(depth - 1);
        return new()
        {
            ["anyOf"] = new JsonArray([.. Enumerable.Range(0, 2 + random.Next(2)).Select(i => new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["a"] = first.DeepClone(), [i == 0 ? "tool" : $"tool{i}"] = new JsonObject { ["const"] = i } },
                ["required"] = new JsonArray("a", i == 0 ? "tool" : $"tool{i}"),
            })]),
        };
    }

    private JsonNode? Value(int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-99, 99),
        3 => random.Next(-999, 999) / 8m,
        4 => "wörd \"" + random.Next(9),
        5 => new string('a', random.Next(4)),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth - 1))]),
        _ => new JsonObject([.. s_names.Where(_ => random.Next(4) == 0).Select(n => KeyValuePair.Create(n, Value(depth - 1)))]),
    };
}
