using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Random schemas of what the mask supports and the validator knows, and random documents for them.</summary>
internal sealed class RandomSchemas(Random random)
{
    private static readonly string[] Names = ["a", "name", "size", "x y", "größe", "名", "quo\"te", "id"];

    private static readonly string[] Texts = ["", "a", "hello", "tab\there", "quote\"d", "back\\slash", "日本", "é", "line\nbreak", "😀"];

    // Pattern and a few strings that match it: NJsonSchema judges with .NET's expressions, the mask with its own.
    private static readonly (string Pattern, string[] Examples)[] Patterns =
    [
        ("^[a-z]{2,4}$", ["ab", "abcd"]), ("^(foo|bar)+$", ["foo", "foobar"]), ("^\\d{3}-\\d{2}$", ["123-45"]), ("x", ["x", "axb", "xx"]),
        ("^[^a]*$", ["", "bcd", "\"q\""]), ("^\\w+\\s?\\w*$", ["ab cd", "z"]), ("^a.c$", ["abc", "a\"c", "aéc"]), ("ing$", ["ing", "doing"]),
    ];

    public string Schema(int depth) => Draw(depth).ToJsonString();

    /// <summary>A document that fits, in the form the mask generates.</summary>
    public static string Document(JsonElement schema, Random random)
    {
        if (schema.TryGetProperty("const", out JsonElement value))
        {
            return Text(value);
        }

        foreach (string keyword in (string[])["enum", "anyOf"])
        {
            if (schema.TryGetProperty(keyword, out JsonElement options))
            {
                JsonElement option = options[random.Next(options.GetArrayLength())];
                return keyword == "enum" ? Text(option) : Document(option, random);
            }
        }

        return schema.GetProperty("type").GetString() switch
        {
            "object" => ObjectDocument(schema, random),
            "array" => ArrayDocument(schema, random),
            "string" => "\"" + Escape(StringDocument(schema, random)) + "\"",
            "integer" => random.Next(Bound(schema, "minimum", -500), Bound(schema, "maximum", 500) + 1).ToString(CultureInfo.InvariantCulture),
            "number" => NumberDocument(schema, random),
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            _ => "null",
        };
    }

    private JsonObject Draw(int depth) => random.Next(depth > 0 ? 12 : 7) switch
    {
        0 => Integer(),
        1 => Number(),
        2 => new JsonObject { ["type"] = "boolean" },
        3 => new JsonObject { ["type"] = "null" },
        4 => new JsonObject { ["enum"] = new JsonArray("red", "green\"", 7, true, null) },
        5 => new JsonObject { ["const"] = Texts[random.Next(Texts.Length)] },
        6 => String(),
        7 => new JsonObject { ["anyOf"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (JsonNode)Draw(depth - 1))]) },
        8 => Array(depth),
        _ => Object(depth),
    };

    private JsonObject String()
    {
        JsonObject schema = new() { ["type"] = "string" };
        switch (random.Next(3))
        {
            case 0:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)].Pattern;
                break;
            case 1:
                int least = random.Next(4);
                schema["minLength"] = least;
                schema["maxLength"] = least + random.Next(4);
                break;
        }

        return schema;
    }

    private JsonObject Integer()
    {
        JsonObject schema = new() { ["type"] = "integer" };
        int least = random.Next(-200, 200);
        Add(schema, "minimum", least);
        Add(schema, "maximum", least + random.Next(0, 300));
        return schema;
    }

    private JsonObject Number()
    {
        JsonObject schema = new() { ["type"] = "number" };
        int least = random.Next(-200, 200);
        Add(schema, random.Next(2) == 0 ? "minimum" : "exclusiveMinimum", least);
        Add(schema, random.Next(2) == 0 ? "maximum" : "exclusiveMaximum", least + random.Next(1, 300));
        return schema;
    }

    private JsonObject Array(int depth)
    {
        int least = random.Next(3);
        JsonObject schema = new() { ["type"] = "array", ["items"] = Draw(depth - 1) };
        Add(schema, "minItems", least);
        Add(schema, "maxItems", least + random.Next(3));
        return schema;
    }

    private JsonObject Object(int depth)
    {
        string[] names = [.. Names.OrderBy(_ => random.Next()).Take(random.Next(4))];
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Draw(depth - 1)))),
            ["required"] = new JsonArray([.. names.Where(_ => random.Next(2) == 0).Select(name => (JsonNode)name)]),
            ["additionalProperties"] = false,
        };
    }

    private void Add(JsonObject schema, string keyword, int value)
    {
        if (random.Next(3) > 0)
        {
            schema[keyword] = value;
        }
    }

    private static string ObjectDocument(JsonElement schema, Random random)
    {
        HashSet<string> required = [.. schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!)];
        return "{" + string.Join(',', schema.GetProperty("properties").EnumerateObject().Where(property => required.Contains(property.Name) || random.Next(2) == 0)
            .Select(property => "\"" + Escape(property.Name) + "\":" + Document(property.Value, random))) + "}";
    }

    private static string ArrayDocument(JsonElement schema, Random random)
    {
        int least = Bound(schema, "minItems", 0);
        int count = random.Next(least, Bound(schema, "maxItems", least + 3) + 1);
        return "[" + string.Join(',', Enumerable.Range(0, count).Select(_ => Document(schema.GetProperty("items"), random))) + "]";
    }

    private static string StringDocument(JsonElement schema, Random random)
    {
        if (schema.TryGetProperty("pattern", out JsonElement pattern))
        {
            string[] examples = Patterns.First(each => each.Pattern == pattern.GetString()).Examples;
            return examples[random.Next(examples.Length)];
        }

        if (!schema.TryGetProperty("minLength", out _))
        {
            return Texts[random.Next(Texts.Length)];
        }

        int length = random.Next(Bound(schema, "minLength", 0), Bound(schema, "maxLength", 0) + 1);
        return string.Concat(Enumerable.Range(0, length).Select(_ => ((string[])["a", "\"", "é", "日", "\n", "\\"])[random.Next(6)]));
    }

    private static string NumberDocument(JsonElement schema, Random random)
    {
        decimal low = Lower(schema, "exclusiveMinimum", 0.001m) ?? Lower(schema, "minimum", 0) ?? -500;
        decimal high = Lower(schema, "exclusiveMaximum", -0.001m) ?? Lower(schema, "maximum", 0) ?? low + 700;
        decimal value = Math.Round(low + ((high - low) * (decimal)random.NextDouble()), random.Next(4));
        value = Math.Clamp(value, low, high);
        return value == 0 ? "0" : value.ToString(CultureInfo.InvariantCulture);
    }

    private static decimal? Lower(JsonElement schema, string keyword, decimal shift) =>
        schema.TryGetProperty(keyword, out JsonElement value) ? value.GetDecimal() + shift : null;

    private static int Bound(JsonElement schema, string keyword, int otherwise)
    {
        if (schema.TryGetProperty(keyword, out JsonElement bound))
        {
            return bound.GetInt32();
        }

        // A bound that is not there gives way to one that is.
        return keyword == "minimum" && schema.TryGetProperty("maximum", out JsonElement maximum) ? maximum.GetInt32() - 300
            : keyword == "maximum" && schema.TryGetProperty("minimum", out JsonElement minimum) ? minimum.GetInt32() + 300 : otherwise;
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? "\"" + Escape(value.GetString()!) + "\"" : value.GetRawText();

    private static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char character in text)
        {
            escaped.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}
