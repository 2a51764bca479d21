using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Draws documents in canonical form straight from a schema; it shares no code with the masks.</summary>
internal sealed class DocumentWriter(JsonElement root, IReadOnlyDictionary<string, RandomPattern> patterns, Random random)
{
    /// <summary>A document, or null where the draw ran into something that nothing fits.</summary>
    public string? TryWrite() => TryWrite(root, 0);

    public static string Quote(string text)
    {
        StringBuilder json = new("\"");
        foreach (char c in text)
        {
            int at = "\"\\\b\f\n\r\t".IndexOf(c, StringComparison.Ordinal);
            json.Append(at >= 0 ? "\\" + "\"\\bfnrt"[at] : c < ' ' ? $"\\u{(int)c:x4}" : c.ToString());
        }

        return json.Append('"').ToString();
    }

    private string? TryWrite(JsonElement schema, int depth)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return random.Next(3) switch { 0 => "null", 1 => "[[\"é\"],-1.50,{}]", _ => Quote(Text(4)) };
        }

        if (schema.ValueKind == JsonValueKind.False || depth > 40)
        {
            return null;
        }

        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return TryWrite(root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]), depth + 1);
        }

        if (schema.TryGetProperty("anyOf", out JsonElement options) || schema.TryGetProperty("oneOf", out options))
        {
            int count = options.GetArrayLength();
            int first = depth > 8 ? 0 : random.Next(count);
            return Enumerable.Range(0, count).Select(i => TryWrite(options[(first + i) % count], depth + 1)).FirstOrDefault(d => d is not null);
        }

        if (schema.TryGetProperty("const", out JsonElement constant))
        {
            return Compact(constant);
        }

        if (schema.TryGetProperty("enum", out JsonElement values))
        {
            return values.GetArrayLength() == 0 ? null : Compact(values[random.Next(values.GetArrayLength())]);
        }

        JsonElement type = schema.GetProperty("type");
        string name = type.ValueKind == JsonValueKind.Array ? type[random.Next(type.GetArrayLength())].GetString()! : type.GetString()!;
        return name switch
        {
            "null" => "null",
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            "integer" or "number" => Number(schema, name == "integer"),
            "string" => TryWriteText(schema),
            "array" => TryWriteArray(schema, depth),
            _ => TryWriteObject(schema, depth),
        };
    }

    private string? TryWriteText(JsonElement schema)
    {
        if (schema.TryGetProperty("x-quotedFrom", out JsonElement from))
        {
            SpanKind kind = Enum.Parse<SpanKind>(schema.GetProperty("x-quotedAs").GetString()!, ignoreCase: true);
            string[] spans = from[0].GetString() == "missing" ? []
                : kind == SpanKind.Any ? ["Copy", "\"my notes.txt\" to archive", "40% of data", RandomSchema.Goal]
                : [.. QuotedSpans.Find(RandomSchema.Goal, kind)];
            return spans.Length == 0 ? null : Quote(spans[random.Next(spans.Length)]);
        }

        if (schema.TryGetProperty("pattern", out JsonElement pattern))
        {
            return Quote(patterns[pattern.GetString()!].Draw(random));
        }

        int minimum = schema.TryGetProperty("minLength", out JsonElement least) ? least.GetInt32() : 0;
        int maximum = schema.TryGetProperty("maxLength", out JsonElement most) ? most.GetInt32() : minimum + 30;
        return Quote(Text(random.Next(minimum, maximum + 1)));
    }

    private string Text(int length)
    {
        string[] characters = ["a", "b", " ", "\"", "\\", "/", "é", "€", "漢", "😀", "\n", "\t", "\u0001", "\u001f", "\u007f", "\u2028", "{", "}", ",", "\U0010FFFF", "\u0301"];
        return string.Concat(Enumerable.Range(0, length).Select(_ => characters[random.Next(characters.Length)]));
    }

    private string Number(JsonElement schema, bool isInteger)
    {
        decimal? low = Bound("minimum", "exclusiveMinimum", out bool openLow), high = Bound("maximum", "exclusiveMaximum", out bool openHigh);
        decimal from = low ?? (high ?? 0) - 5000, to = high ?? from + 10000;
        while (true)
        {
            int digits = isInteger ? 0 : random.Next(7);
            decimal value = random.Next(5) switch
            {
                0 => from,
                1 => to,
                _ => decimal.Round(from + ((to - from) * (decimal)random.NextDouble()), digits),
            };
            if (isInteger)
            {
                value = decimal.Truncate(value);
            }

            if (value >= from && value <= to && !(openLow && value == low) && !(openHigh && value == high))
            {
                string text = value.ToString("0.############", CultureInfo.InvariantCulture);
                return isInteger || random.Next(3) > 0 ? text == "-0" ? "0" : text : text + (text.Contains('.', StringComparison.Ordinal) ? "00" : ".0");
            }
        }

        decimal? Bound(string closed, string open, out bool isOpen)
        {
            isOpen = schema.TryGetProperty(open, out JsonElement value);
            return isOpen || schema.TryGetProperty(closed, out value) ? value.GetDecimal() : null;
        }
    }

    private string? TryWriteArray(JsonElement schema, int depth)
    {
        int minimum = schema.TryGetProperty("minItems", out JsonElement least) ? least.GetInt32() : 0;
        int maximum = schema.TryGetProperty("maxItems", out JsonElement most) ? most.GetInt32() : minimum + 3;
        int wanted = depth > 6 ? minimum : random.Next(minimum, maximum + 1);
        List<string> items = [];
        while (items.Count < wanted)
        {
            JsonElement item = schema.TryGetProperty("prefixItems", out JsonElement prefix) && items.Count < prefix.GetArrayLength()
                ? prefix[items.Count]
                : schema.GetProperty("items");
            if (TryWrite(item, depth + 1) is not { } written)
            {
                break;
            }

            items.Add(written);
        }

        return items.Count < minimum ? null : $"[{string.Join(',', items)}]";
    }

    private string? TryWriteObject(JsonElement schema, int depth)
    {
        List<string> members = [];
        string[] required = schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(n => n.GetString()!)] : [];
        foreach (JsonProperty property in schema.GetProperty("properties").EnumerateObject())
        {
            bool isRequired = required.Contains(property.Name);
            if (!isRequired && (depth > 6 || random.Next(2) == 0))
            {
                continue;
            }

            if (TryWrite(property.Value, depth + 1) is { } value)
            {
                members.Add(Quote(property.Name) + ":" + value);
            }
            else if (isRequired)
            {
                return null;
            }
        }

        return "{" + string.Join(',', members) + "}";
    }

    private static string Compact(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Quote(value.GetString()!),
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Compact))}]",
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Select(p => Quote(p.Name) + ":" + Compact(p.Value))) + "}",
        _ => value.GetRawText(),
    };
}
