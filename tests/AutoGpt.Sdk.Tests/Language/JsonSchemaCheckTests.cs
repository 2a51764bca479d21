using System.Text.Json;
using NJsonSchema;

namespace AutoGpt.Sdk.Tests;

/// <summary>The oracle is NJsonSchema, over every pair of these schemas and values.</summary>
public sealed class JsonSchemaCheckTests
{
    private static readonly string[] Schemas =
    [
        "{}", """{"type":"string"}""", """{"type":["number","string"]}""", """{"type":"integer"}""", """{"type":"number","minimum":2,"maximum":5}""",
        """{"enum":["a",1,null]}""", """{"type":"boolean"}""", """{"type":"null"}""", """{"type":"string","minLength":2,"maxLength":3}""",
        """{"type":"string","pattern":"^\\$[1-9][0-9]*$"}""", """{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}""",
        """{"type":"number","exclusiveMinimum":1,"exclusiveMaximum":7}""", """{"type":"number","multipleOf":0.5}""", """{"type":"object","minProperties":1,"maxProperties":1}""",
        """{"type":"array","uniqueItems":true}""", """{"type":"string","pattern":"b"}""",
        """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"]}""",
        """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""",
        """{"type":"object","additionalProperties":{"type":"integer"}}""",
        """{"anyOf":[{"type":"string"},{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}]}""",
        """{"allOf":[{"type":"object","required":["a"]},{"type":"object","required":["b"]}]}""",
        """{"type":"object","properties":{"a":{"$ref":"#/definitions/text"}},"definitions":{"text":{"type":"string"}}}""",
        """{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}}}""",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "1", "1.0", "2.5", "7", "-1", "\"\"", "\"a\"", "\"ab\"", "\"abcd\"", "\"$1\"", "\"$0\"", "[]", "[1]", "[1,2,3]", "[1,1]", "[\"a\"]",
        "{}", """{"a":"x"}""", """{"a":1}""", """{"a":"x","b":1}""", """{"a":"x","b":"y"}""", """{"b":1}""", """{"c":null}""", """{"a":[{"a":"x"}]}""", """{"a":[{"b":"x"}]}""",
    ];

    [Test]
    public async Task Agrees_with_NJsonSchema([ValueSource(nameof(Schemas))] string schema)
    {
        JsonSchema oracle = await JsonSchema.FromJsonAsync(schema);
        JsonSchemaCheck check = new(JsonDocument.Parse(schema).RootElement);
        int fits = 0;
        foreach (string value in Values)
        {
            bool expected = oracle.Validate(value).Count == 0;
            IReadOnlyList<string> problems = check.Problems(JsonDocument.Parse(value).RootElement, "value");
            Assert.That(problems.Count == 0, Is.EqualTo(expected), $"{value}: {string.Join("; ", problems)}");
            fits += expected ? 1 : 0;
        }

        Assert.That(fits, Is.GreaterThan(0), "a schema that nothing fits tests little");
    }

    [TestCase("""{"prefixItems":[{"const":1},{"const":2}],"items":{"const":3}}""", "[1,2,3,3]", true)]
    [TestCase("""{"prefixItems":[{"const":1},{"const":2}],"items":{"const":3}}""", "[1,3]", false)]
    [TestCase("""{"prefixItems":[{"const":1}],"items":false}""", "[1,1]", false)]
    [TestCase("""{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"const":1}}}""", "1", true)]
    [TestCase("""{"$ref":"#/$defs/loop","$defs":{"loop":{"$ref":"#/$defs/loop"}}}""", "1", false)]
    public void Newer_keywords(string schema, string value, bool fits) =>
        Assert.That(new JsonSchemaCheck(JsonDocument.Parse(schema).RootElement).Problems(JsonDocument.Parse(value).RootElement, "value"), fits ? Is.Empty : Is.Not.Empty);

    [Test]
    public void A_name_in_another_case_is_no_way_round_a_bound()
    {
        JsonElement schema = JsonDocument.Parse("""{"type":"object","properties":{"amount":{"maximum":100}},"additionalProperties":true}""").RootElement;
        JsonElement value = JsonDocument.Parse("""{"amount":1,"Amount":9999,"note":"x"}""").RootElement;
        Assert.That(new JsonSchemaCheck(schema).Problems(value, "order"), Is.Empty, "names have their case in JSON");
        Assert.That(new JsonSchemaCheck(schema) { ClosesNearNames = true }.Problems(value, "order"), Is.EqualTo(["order has 'Amount' beside what the schema says of 'amount'"]));
    }
}
