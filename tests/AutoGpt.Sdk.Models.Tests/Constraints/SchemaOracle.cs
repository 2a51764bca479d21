using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>
/// A plain validator of the supported subset of draft 2020-12 with exact numbers and lengths in code points: it judges what
/// NJsonSchema does not know (<c>prefixItems</c>, <c>const</c>, <c>$defs</c>, quotations) or counts otherwise.
/// </summary>
internal sealed class SchemaOracle(JsonElement root)
{
    public bool IsValid(JsonElement value) => IsValid(root, value);

    private bool IsValid(JsonElement schema, JsonElement value) =>
        schema.ValueKind == JsonValueKind.True
        || (schema.ValueKind == JsonValueKind.Object && schema.EnumerateObject().All(k => Check(schema, k.Name, k.Value, value)));

    private bool Check(JsonElement schema, string keyword, JsonElement argument, JsonElement value) => keyword switch
    {
        "$ref" => IsValid(root.GetProperty("$defs").GetProperty(argument.GetString()!.Split('/')[^1]), value),
        "anyOf" => argument.EnumerateArray().Any(s => IsValid(s, value)),
        "oneOf" => argument.EnumerateArray().Count(s => IsValid(s, value)) == 1,
        "const" => JsonElement.DeepEquals(argument, value),
        "enum" => argument.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)),
        "type" => argument.ValueKind == JsonValueKind.Array ? argument.EnumerateArray().Any(t => HasType(t, value)) : HasType(argument, value),
        "properties" => value.ValueKind != JsonValueKind.Object
            || argument.EnumerateObject().All(p => !value.TryGetProperty(p.Name, out JsonElement member) || IsValid(p.Value, member)),
        "required" => value.ValueKind != JsonValueKind.Object || argument.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _)),
        "additionalProperties" => value.ValueKind != JsonValueKind.Object || argument.ValueKind == JsonValueKind.True
            || value.EnumerateObject().All(p => schema.GetProperty("properties").TryGetProperty(p.Name, out _)),
        "prefixItems" => value.ValueKind != JsonValueKind.Array || argument.EnumerateArray().Zip(value.EnumerateArray()).All(p => IsValid(p.First, p.Second)),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray()
            .Skip(schema.TryGetProperty("prefixItems", out JsonElement prefix) ? prefix.GetArrayLength() : 0).All(v => IsValid(argument, v)),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= argument.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= argument.GetInt32(),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() >= argument.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() <= argument.GetInt32(),
        "pattern" => value.ValueKind != JsonValueKind.String || Matches(argument.GetString()!, value.GetString()!),
        "minimum" => value.ValueKind != JsonValueKind.Number || Compare(value, argument) >= 0,
        "exclusiveMinimum" => value.ValueKind != JsonValueKind.Number || Compare(value, argument) > 0,
        "maximum" => value.ValueKind != JsonValueKind.Number || Compare(value, argument) <= 0,
        "exclusiveMaximum" => value.ValueKind != JsonValueKind.Number || Compare(value, argument) < 0,
        "x-quotedFrom" => argument[0].GetString() == "goal" && QuotedSpans.Contains(
            RandomSchema.Goal, Enum.Parse<SpanKind>(schema.GetProperty("x-quotedAs").GetString()!, ignoreCase: true), value.GetString()!),
        "description" or "$defs" or "x-quotedAs" => true,
        _ => throw new AssertionException("The oracle does not know " + keyword),
    };

    /// <summary>
    /// .NET's engine with ECMAScript's classes. It reads UTF-16 and knows ASCII's spaces only, so that a character of two units and the spaces
    /// of JavaScript are stood in for by others of their sort.
    /// </summary>
    public static bool Matches(string pattern, string text)
    {
        string units = string.Concat(text.EnumerateRunes().Select(r => r.Value switch
        {
            > 0xFFFF => "\uE000",
            0x2028 or 0x2029 => "\n",
            0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x202F or 0x205F or 0x3000 or 0xFEFF => " ",
            _ => r.ToString(),
        }));
        string strict = Regex.Replace(pattern, @"(?<!\\)(\\\\)*\$$", @"$1(?!\n)$$");
        string dots = Regex.Replace(strict, @"\\.|\[[^]]*\]|\.", m => m.Value == "." ? @"[^\n\r\u2028\u2029]" : m.Value);
        return Regex.IsMatch(units, dots, RegexOptions.ECMAScript);
    }

    private static bool HasType(JsonElement type, JsonElement value) => type.GetString() switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind == JsonValueKind.Number && value.GetRawText().All(c => char.IsAsciiDigit(c) || c == '-'),
    };

    private static int Compare(JsonElement left, JsonElement right)
    {
        string[] numbers = [left.GetRawText(), right.GetRawText()];
        int scale = numbers.Max(n => n.Contains('.', StringComparison.Ordinal) ? n.Length - n.IndexOf('.', StringComparison.Ordinal) : 0);
        BigInteger[] values = [.. numbers.Select(n =>
        {
            string[] parts = n.Split('.');
            return BigInteger.Parse(parts[0] + (parts.Length > 1 ? parts[1] : "").PadRight(scale, '0'), CultureInfo.InvariantCulture);
        })];
        return values[0].CompareTo(values[1]);
    }
}
