using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>
/// NJsonSchema as a judge. It speaks draft 4 to 7, so <c>prefixItems</c>, <c>const</c> and <c>$defs</c> are rewritten; it counts
/// text elements, matches UTF-16 and reads numbers as doubles, so documents where that matters are left to <see cref="SchemaOracle"/>.
/// </summary>
internal sealed class NJsonOracle
{
    private readonly JsonSchema _schema;

    public NJsonOracle(JsonObject schema) => _schema = JsonSchema.FromJsonAsync(Translate(schema)!.ToJsonString()).GetAwaiter().GetResult();

    public static bool CanJudge(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.All(c => c is < '\u0300' and not '\r') && !DateTime.TryParse(value.GetString(), out _),
        JsonValueKind.Number => value.GetRawText().Length <= 14,
        JsonValueKind.Array => value.EnumerateArray().All(CanJudge),
        JsonValueKind.Object => value.EnumerateObject().All(p => CanJudge(p.Value)),
        _ => true,
    };

    public List<string> Validate(string document) => [.. _schema.Validate(document).Select(e => e.ToString())];

    private static JsonNode? Translate(JsonNode? node)
    {
        if (node is not JsonObject schema)
        {
            return node?.DeepClone();
        }

        JsonObject translated = [];
        foreach ((string keyword, JsonNode? value) in schema)
        {
            switch (keyword)
            {
                case "const": translated["enum"] = new JsonArray(value?.DeepClone()); break;
                case "enum": translated["enum"] = value!.DeepClone(); break;
                case "$ref": translated["$ref"] = value!.GetValue<string>().Replace("$defs", "definitions", StringComparison.Ordinal); break;
                case "$defs": translated["definitions"] = Each((JsonObject)value!); break;
                case "properties": translated["properties"] = Each((JsonObject)value!); break;
                case "prefixItems": translated["items"] = Each((JsonArray)value!); break;
                case "items" when schema.ContainsKey("prefixItems"): translated["additionalItems"] = Translate(value); break;
                case "items" when value is JsonValue: translated["items"] = value.GetValue<bool>() ? new JsonObject() : new JsonObject { ["not"] = new JsonObject() }; break;
                case "items": translated["items"] = Translate(value); break;
                case "anyOf" or "oneOf": translated[keyword] = Each((JsonArray)value!); break;
                case "x-quotedFrom" or "x-quotedAs": break;
                default: translated[keyword] = value?.DeepClone(); break;
            }
        }

        return translated;
    }

    private static JsonObject Each(JsonObject schemas) => new(schemas.Select(s => KeyValuePair.Create(s.Key, Translate(s.Value))));

    private static JsonArray Each(JsonArray schemas) => new([.. schemas.Select(Translate)]);
}
