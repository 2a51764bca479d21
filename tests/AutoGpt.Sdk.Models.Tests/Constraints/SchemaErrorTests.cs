using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>What is not supported is refused with its name and place; what nothing fits is left out where the schema can do without it.</summary>
public class SchemaErrorTests
{
    [TestCase("""{"not":{}}""", "not", "$.not")]
    [TestCase("""{"type":"object","properties":{"a":{"if":{}}}}""", "if", "$.properties.a.if")]
    [TestCase("""{"type":"array","items":{"type":"array","uniqueItems":true}}""", "uniqueItems", "$.items.uniqueItems")]
    [TestCase("""{"anyOf":[{"type":"null"},{"type":"string","format":"date"}]}""", "format", "$.anyOf[1].format")]
    [TestCase("""{"type":"integer","multipleOf":2}""", "multipleOf", "$.multipleOf")]
    [TestCase("""{"$ref":"#/$defs/a","$defs":{"a":{"contains":{}}}}""", "contains", "$.$defs.a.contains")]
    [TestCase("""{"x-quotedfrom":["goal"]}""", "x-quotedfrom", "$.x-quotedfrom")]
    [TestCase("""{"type":"object","additionalProperties":{"type":"string"}}""", "additionalProperties", "$.additionalProperties")]
    [TestCase("""{"allOf":[{},{}]}""", "allOf", "$.allOf")]
    [TestCase("""{"$ref":"#/$defs/a","minimum":1,"$defs":{"a":{}}}""", "minimum", "$.minimum")]
    [TestCase("""{"anyOf":[{}],"type":"string"}""", "type", "$.type")]
    [TestCase("""{"enum":["a"],"minLength":1}""", "minLength", "$.minLength")]
    [TestCase("""{"$ref":"other.json"}""", "$ref", "$.$ref")]
    [TestCase("""{"$ref":"#/$defs/none"}""", "$ref", "$.$ref")]
    [TestCase("""{"type":"text"}""", "type", "$.type")]
    [TestCase("""{"type":"string","minLength":-1}""", "minLength", "$.minLength")]
    [TestCase("""{"type":"string","maxLength":1.5}""", "maxLength", "$.maxLength")]
    [TestCase("""{"type":"integer","minimum":3,"exclusiveMinimum":true}""", "exclusiveMinimum", "$.exclusiveMinimum")]
    [TestCase("""{"type":"integer","x-quotedFrom":["goal"]}""", "x-quotedFrom", "$.x-quotedFrom")]
    [TestCase("""{"type":"string","x-quotedAs":"path"}""", "x-quotedAs", "$.x-quotedAs")]
    [TestCase("""{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"page"}""", "x-quotedAs", "$.x-quotedAs")]
    [TestCase("""{"type":"array","items":[{}]}""", null, "$.items")]
    [TestCase("""{"oneOf":[{"type":"string"},{"type":"string","maxLength":3}]}""", "oneOf", "$.oneOf")]
    [TestCase("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "oneOf", "$.oneOf")]
    public void A_schema_that_is_not_supported_is_refused_by_name(string schema, string? keyword, string path)
    {
        SchemaException exception = Assert.Throws<SchemaException>(() => Masks.Compile(schema));
        Assert.That((exception.Keyword, exception.Path), Is.EqualTo((keyword, path)));
        Assert.That(exception.Message, Does.Contain(path));
        Assert.That(exception.Message, Does.Not.Contain("no document fits"));
    }

    [TestCase(@"a(?=b)", "look-around", 3)]
    [TestCase(@"(?<!a)b", "look-around", 2)]
    [TestCase(@"(a)\1", @"'\1'", 3)]
    [TestCase(@"\bword", @"'\b'", 0)]
    [TestCase(@"\p{L}", @"'\p'", 0)]
    [TestCase(@"a**", "quantifier behind a quantifier", 2)]
    [TestCase(@"a{3,1}", "out of order", 6)]
    [TestCase(@"a{1001}", "1000", 6)]
    [TestCase(@"[z-a]", "range", 4)]
    [TestCase(@"[ab", "'[' without ']'", 3)]
    [TestCase(@"(ab", "'(' without ')'", 3)]
    [TestCase(@"ab)", "unmatched ')'", 2)]
    [TestCase(@"*a", "'*' with nothing", 0)]
    [TestCase(@"((((a{900}){900}){900}){900})", "too large", null)]
    public void A_pattern_outside_the_subset_is_refused_by_name(string pattern, string what, int? position)
    {
        SchemaException exception = Assert.Throws<SchemaException>(() => Masks.Compile(JsonSerializer.Serialize(new { type = "string", pattern })));
        Assert.That(exception.Message, Does.Contain(what));
        if (position is { } at)
        {
            Assert.That(exception.Message, Does.Contain($"at position {at} "));
        }
    }

    [Test]
    public void A_pattern_or_schema_nested_without_end_is_refused()
    {
        string pattern = new string('(', 100_000) + "a" + new string(')', 100_000);
        Assert.That(() => Masks.Compile(JsonSerializer.Serialize(new { type = "string", pattern })), Throws.InstanceOf<SchemaException>().With.Message.Contains("nested"));
        string schema = string.Concat(Enumerable.Repeat("""{"items":""", 2000)) + "{}" + new string('}', 2000);
        using JsonDocument document = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = 5000 });
        Assert.That(() => JsonSchemaConstraint.Compile(document.RootElement), Throws.InstanceOf<SchemaException>().With.Message.Contains("nested"));
    }

    [TestCase("""false""", null)]
    [TestCase("""{"enum":[]}""", "'enum'")]
    [TestCase("""{"type":"string","enum":[1,null]}""", "'enum'")]
    [TestCase("""{"enum":[1,2],"const":3}""", "'const'")]
    [TestCase("""{"type":"string","minLength":3,"maxLength":2}""", "'minLength'")]
    [TestCase("""{"type":"string","pattern":"^a{5}$","maxLength":4}""", "'^a{5}$'")]
    [TestCase("""{"type":"string","pattern":"a^b"}""", "'a^b'")]
    [TestCase("""{"type":"string","pattern":"[^\\s\\S]"}""", "matches")]
    [TestCase("""{"type":"integer","minimum":3,"maximum":2}""", "between the bounds")]
    [TestCase("""{"type":"integer","minimum":0.2,"maximum":0.8}""", "no integer")]
    [TestCase("""{"type":"number","minimum":2,"exclusiveMaximum":2}""", "no number")]
    [TestCase("""{"type":"array","minItems":2,"maxItems":1}""", "'minItems'")]
    [TestCase("""{"type":"array","minItems":1,"items":false}""", null)]
    [TestCase("""{"type":"array","minItems":2,"prefixItems":[true,{"enum":[]}]}""", "'enum'")]
    [TestCase("""{"type":"object","required":["a"],"additionalProperties":false}""", "'a' is required but not defined")]
    [TestCase("""{"type":"object","required":["a"],"properties":{"a":{"anyOf":[{"enum":[]},false]}}}""", "'enum'")]
    [TestCase("""{"anyOf":[]}""", "'anyOf'")]
    [TestCase("""{"type":[]}""", "'type'")]
    [TestCase("""{"$ref":"#"}""", "without an end")]
    [TestCase("""{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}""", "without an end")]
    [TestCase("""{"type":"array","minItems":1,"items":{"$ref":"#"}}""", "without an end")]
    [TestCase("""{"type":"object","required":["p"],"properties":{"p":{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"path"}}}""", "nothing in the goal looks like a path")]
    [TestCase("""{"type":"string","x-quotedFrom":["feedback"]}""", "nothing in the feedback can be quoted")]
    [TestCase("""{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"word","minLength":9}""", "of the wanted length")]
    public void A_schema_that_nothing_fits_is_refused_with_the_cause(string schema, string? cause)
    {
        SchemaException exception = Assert.Throws<SchemaException>(() => Masks.Compile(schema, ("goal", "say hi")));
        Assert.That(exception.Message, Does.Contain("no document fits"));
        Assert.That(exception.Message, Does.Contain(cause ?? "no document fits"));
    }

    [TestCase("""{"anyOf":[{"enum":[]},{"const":1},{"type":"string","minLength":2,"maxLength":1}]}""", "1")]
    [TestCase("""{"type":"object","properties":{"a":{"enum":[]},"b":{"const":1}}}""", """{} {"b":1}""")]
    [TestCase("""{"type":"array","items":false}""", "[]")]
    [TestCase("""{"type":"array","prefixItems":[{"const":1},{"enum":[]},{"const":2}],"maxItems":9}""", "[] [1]")]
    [TestCase("""{"type":"array","minItems":1,"maxItems":2,"items":{"anyOf":[{"const":1},{"type":"object","required":["x"],"properties":{"x":{"enum":[]}}}]}}""", "[1] [1,1]")]
    [TestCase("""{"type":"object","properties":{"a":{"const":0},"next":{"$ref":"#/$defs/endless"}},"$defs":{"endless":{"type":"object","required":["self"],"properties":{"self":{"$ref":"#/$defs/endless"}}}}}""", """{} {"a":0}""")]
    [TestCase("""{"anyOf":[{"$ref":"#"},{"const":1},{"$ref":"#/$defs/b"}],"$defs":{"b":{"anyOf":[{"$ref":"#"},{"const":2},{"$ref":"#/$defs/b"}]}}}""", "1 2")]
    [TestCase("""{"anyOf":[{"type":"object","required":["p"],"properties":{"tool":{"const":"read"},"p":{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"path"}}},{"type":"object","required":["tool"],"properties":{"tool":{"const":"ask"}}}]}""", """{"tool":"ask"}""")]
    [TestCase("""{"type":"string","enum":[1,"a",null,"b"]}""", "\"a\" \"b\"")]
    [TestCase("""{"type":["integer","null"],"enum":[1,1.5,"a",null,2.0]}""", "1 2.0 null")]
    [TestCase("""{"enum":[1,2,3],"const":2}""", "2")]
    [TestCase("""{"oneOf":[{"type":"boolean"},{"enum":["a",7]},{"type":"null"}]}""", "\"a\" 7 false null true")]
    [TestCase("""{"allOf":[{"const":{"b":[1,{"a":null}],"é":"\n\u0001/"}}]}""", """{"b":[1,{"a":null}],"é":"\n\u0001/"}""")]
    public void The_documents_of_a_small_schema_are_exactly_these(string schema, string documents) =>
        Assert.That(Enumerate(Masks.Compile(schema, ("goal", "say hi"))), Is.EquivalentTo(documents.Split(' ')));

    [Test]
    public void Annotations_and_keywords_of_other_types_constrain_nothing()
    {
        JsonSchemaConstraint constraint = Masks.Compile(
            """{"$schema":"s","$id":"i","title":"t","description":"d","default":1,"examples":[2],"x-reference":"r","$comment":"c","type":"boolean","minLength":9,"minimum":5,"required":["x"]}""");
        Assert.That(Enumerate(constraint), Is.EquivalentTo(new[] { "false", "true" }));
    }

    /// <summary>All documents of a finite schema, by trying every allowed byte.</summary>
    private static List<string> Enumerate(JsonSchemaConstraint constraint)
    {
        List<string> found = [];
        Visit(constraint.Start(), []);
        return found;

        void Visit(ITokenConstraint at, List<byte> text)
        {
            Assert.That(text, Has.Count.LessThan(200), "the schema has endless documents");
            if (at.IsComplete)
            {
                found.Add(Encoding.UTF8.GetString([.. text]));
            }

            foreach (int id in at.Allowed(Masks.Bytes).Where(i => i < 256))
            {
                ITokenConstraint next = at.Fork();
                next.Accept(id);
                Visit(next, [.. text, (byte)id]);
            }
        }
    }
}
