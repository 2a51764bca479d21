using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models;

/// <summary>Makes template values of JSON and of plain .NET values.</summary>
internal static class JsonValues
{
    private const int MaximumNesting = 64;

    /// <exception cref="NotSupportedException">A value is of a type that has no JSON form here, or nested too deeply.</exception>
    public static TemplateValue Of(object? value, bool isTrusted, int level = 0)
    {
        if (level > MaximumNesting)
        {
            throw new NotSupportedException($"A value for a chat template is nested more than {MaximumNesting} levels deep.");
        }

        switch (value)
        {
            case null:
                return NoneValue.Instance;
            case JsonElement element:
                return Of(element, isTrusted, level);
            case JsonNode node:
                using (JsonDocument document = JsonDocument.Parse(node.ToJsonString()))
                {
                    return Of(document.RootElement, isTrusted, level);
                }

            case string text:
                return Text(text, isTrusted);
            case char character:
                return Text(character.ToString(), isTrusted);
            case bool truth:
                return BooleanValue.Of(truth);
            case byte or sbyte or short or ushort or int or uint or long:
                return new IntegerValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
            case ulong large:
                return new IntegerValue(large);
            case float or double or decimal:
                return new FloatValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
            case DateTime or DateTimeOffset or DateOnly or TimeOnly or Guid or Uri:
                return Text(value is IFormattable formatted ? formatted.ToString(value is Guid ? "D" : "O", CultureInfo.InvariantCulture) : value.ToString()!, isTrusted);
            case IEnumerable<KeyValuePair<string, object?>> entries:
                return entries.Aggregate(new MappingValue(), (mapping, entry) => mapping.Add(Text(entry.Key, isTrusted), Of(entry.Value, isTrusted, level + 1)));
            case IDictionary:
                break;
            case IEnumerable items:
                return new ListValue([.. items.Cast<object?>().Select(item => Of(item, isTrusted, level + 1))]);
        }

        throw new NotSupportedException($"A {value.GetType().Name} has no form in a chat template; give texts, numbers, truth values, JSON, or lists and dictionaries of these.");
    }

    public static TemplateValue Of(JsonElement element, bool isTrusted, int level = 0)
    {
        if (level > MaximumNesting)
        {
            throw new NotSupportedException($"JSON for a chat template is nested more than {MaximumNesting} levels deep.");
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return Text(element.GetString()!, isTrusted);
            case JsonValueKind.True or JsonValueKind.False:
                return BooleanValue.Of(element.GetBoolean());
            case JsonValueKind.Number:
                return Number(element.GetRawText());
            case JsonValueKind.Array:
                return new ListValue([.. element.EnumerateArray().Select(item => Of(item, isTrusted, level + 1))]);
            case JsonValueKind.Object:
                return element.EnumerateObject().Aggregate(new MappingValue(), (mapping, property) => mapping.Add(Text(property.Name, isTrusted), Of(property.Value, isTrusted, level + 1)));
            default:
                return NoneValue.Instance;
        }
    }

    private static TextValue Text(string text, bool isTrusted) => isTrusted ? TextValue.Trusted(text) : TextValue.Untrusted(text);

    // 300 digits fit an IntegerValue.
    private static TemplateValue Number(string text) =>
        text.AsSpan().ContainsAny('.', 'e', 'E') ? new FloatValue(double.Parse(text, CultureInfo.InvariantCulture))
        : text.Length <= 300 ? new IntegerValue(BigInteger.Parse(text, CultureInfo.InvariantCulture))
        : throw new NotSupportedException("JSON for a chat template holds an integer of more than 300 digits.");
}
