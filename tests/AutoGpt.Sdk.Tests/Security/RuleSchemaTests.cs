using System.Text.Json;
using NJsonSchema;

namespace AutoGpt.Sdk.Tests;

public sealed class RuleSchemaTests
{
    private const string Mail = """{"type":"object","properties":{"to":{"type":"string","pattern":"^[a-z.]+@example\\.com$"},"body":{"type":"string","maxLength":20}},"required":["to","body"]}""";
    private const string Pay = """{"properties":{"amount":{"exclusiveMinimum":0,"maximum":100}},"required":["amount"]}""";
    private const string Url = """{"properties":{"url":{"pattern":"^https://(?:api|docs)\\.example\\.com/[\\w/.-]*$"}},"required":["url"]}""";

    [TestCase(Mail, """{"to":"bob@example.com","body":"hi"}""", true)]
    [TestCase(Mail, """{"to":"bob@example.com\n","body":"hi"}""", false, Description = "$ of .NET matches before a last line break")]
    [TestCase(Mail, """{"to":"bob@example.com\nBcc: eve@evil.net","body":"hi"}""", false)]
    [TestCase(Mail, """{"to":"bob@example.com.evil.net","body":"hi"}""", false)]
    [TestCase(Mail, """{"to":"bob@exаmple.com","body":"hi"}""", false, Description = "a Cyrillic a")]
    [TestCase(Mail, """{"to":["bob@example.com"],"body":"hi"}""", false)]
    [TestCase(Mail, """{"to":"bob@example.com","body":"hi","bcc":"eve@evil.net"}""", false, Description = "what is not named is not allowed")]
    [TestCase(Mail, """{"to":"bob@example.com","TO":"eve@evil.net","body":"hi"}""", false)]
    [TestCase(Mail, """{"to":"bob@example.com"}""", false)]
    [TestCase(Mail, """{"to":null,"body":"hi"}""", false)]
    [TestCase(Mail, """{"to":"bob@example.com","body":"123456789012345678901"}""", false)]
    [TestCase(Mail, """{"to":"bob@example.com","body":"😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}""", true, Description = "twenty characters")]
    [TestCase(Mail, """{"to":"\ud800@example.com","body":"hi"}""", false)]
    [TestCase(Pay, """{"amount":100}""", true)]
    [TestCase(Pay, """{"amount":1e2}""", true)]
    [TestCase(Pay, """{"amount":0.01}""", true)]
    [TestCase(Pay, """{"amount":"5"}""", false, Description = "a bound for numbers lets no text through")]
    [TestCase(Pay, """{"amount":"9999"}""", false)]
    [TestCase(Pay, """{"amount":[5]}""", false)]
    [TestCase(Pay, """{"amount":true}""", false)]
    [TestCase(Pay, """{"amount":null}""", false)]
    [TestCase(Pay, """{"amount":100.00000000000000000000000000000000001}""", false, Description = "the same double as 100")]
    [TestCase(Pay, """{"amount":1e999}""", false)]
    [TestCase(Pay, """{"amount":1e99999999999}""", false)]
    [TestCase(Pay, """{"amount":-0}""", false)]
    [TestCase(Pay, """{"amount":-5}""", false)]
    [TestCase(Pay, """{"amount":1e-400}""", true)]
    [TestCase(Url, """{"url":"https://api.example.com/v1/x"}""", true)]
    [TestCase(Url, """{"url":"https://evil.net/?https://api.example.com/"}""", false)]
    [TestCase(Url, """{"url":"https://api.example.com@evil.net/"}""", false)]
    [TestCase(Url, """{"url":"https://apixexample.com/"}""", false)]
    [TestCase(Url, """{"url":"https://api.example.com/é"}""", false, Description = @"\w is ASCII in ECMA-262")]
    [TestCase("""{"properties":{"n":{"pattern":"^\\d+$"}}}""", """{"n":"１２"}""", false, Description = @"\d is ASCII in ECMA-262")]
    [TestCase("""{"properties":{"n":{"pattern":"^.*$"}}}""", """{"n":"a\rb"}""", false, Description = "a dot is no carriage return in ECMA-262")]
    [TestCase("""{"properties":{"n":{"pattern":"^[[\\]-]$"}}}""", """{"n":"["}""", true)]
    [TestCase("""{"properties":{"n":{"pattern":"^\\$1$"}}}""", """{"n":"$1"}""", true)]
    [TestCase("""{"properties":{"n":{"type":["string","null"],"maxLength":3}}}""", """{"n":null}""", true)]
    [TestCase("""{"properties":{"n":{"type":["string","null"],"maxLength":3}}}""", """{"n":1}""", false)]
    [TestCase("""{"properties":{"n":{"enum":["a",1]}}}""", """{"n":1.0}""", true)]
    [TestCase("""{"properties":{"n":{"enum":["a",1]}}}""", """{"n":"1"}""", false)]
    [TestCase("""{"properties":{"n":{"const":{"a":1}}}}""", """{"n":{"a":1,"b":2}}""", false)]
    [TestCase("""{"properties":{"n":{"type":"integer","multipleOf":0.5}}}""", """{"n":3}""", true)]
    [TestCase("""{"properties":{"n":{"multipleOf":0.01}}}""", """{"n":0.015}""", false)]
    [TestCase("""{"properties":{"n":{"prefixItems":[{"const":"ls"}]}}}""", """{"n":["ls","-la"]}""", false, Description = "a list takes only what it names")]
    [TestCase("""{"properties":{"n":{"items":{"enum":["a","b"]},"uniqueItems":true,"minItems":1}}}""", """{"n":["a","b"]}""", true)]
    [TestCase("""{"properties":{"n":{"items":{"enum":["a","b"]},"uniqueItems":true}}}""", """{"n":["a","a"]}""", false)]
    [TestCase("""{"properties":{"h":{"properties":{"x":{"type":"string"}}}}}""", """{"h":{"x":"a","Authorization":"b"}}""", false)]
    [TestCase("""{"properties":{"h":{"additionalProperties":{"type":"string"},"maxProperties":1}}}""", """{"h":{"x":"a"}}""", true)]
    [TestCase("""{"properties":{"a":{"$ref":"#/$defs/word"}},"$defs":{"word":{"pattern":"^[a-z]+$"}}}""", """{"a":"b1"}""", false)]
    [TestCase("""{"properties":{"a":true,"b":true},"anyOf":[{"required":["a"]},{"required":["b"]}]}""", """{"b":1}""", true)]
    [TestCase("""{"properties":{"a":true,"b":true},"anyOf":[{"required":["a"]},{"required":["b"]}]}""", "{}", false)]
    [TestCase("false", "{}", false)]
    [TestCase("{}", """{"any":"thing"}""", true)]
    public async Task Fits_only_what_is_clearly_allowed(string schema, string arguments, bool fits)
    {
        ToolPolicyGuard guard = new(ToolRule.Allow("tool", schema));
        ActionDecision decision = await guard.DecideAsync(Call(arguments));
        Assert.That(decision.Permission, Is.EqualTo(fits ? ActionPermission.Allow : ActionPermission.Deny), decision.Reason);
    }

    [TestCase("""{"properties":{"a":{"format":"email"}}}""", "'format' is not supported")]
    [TestCase("""{"properties":{"a":{"patern":"^a$"}}}""", "'patern' is not supported")]
    [TestCase("""{"not":{"required":["a"]}}""", "'not' is not supported")]
    [TestCase("""{"oneOf":[{},{}]}""", "'oneOf' is not supported")]
    [TestCase("""{"if":{},"then":{}}""", "'if' is not supported")]
    [TestCase("""{"properties":{"a":{"pattern":"example\\.com"}}}""", "whole text")]
    [TestCase("""{"properties":{"a":{"pattern":"^a|b$"}}}""", "whole text")]
    [TestCase("""{"properties":{"a":{"pattern":"^a\\$"}}}""", "whole text")]
    [TestCase("""{"properties":{"a":{"pattern":"^[a$"}}}""", "cannot be relied on")]
    [TestCase("""{"properties":{"a":{"pattern":"^(?m)a$"}}}""", "(?:")]
    [TestCase("""{"properties":{"a":{"pattern":"^(?=a)a$"}}}""", "(?:")]
    [TestCase("""{"properties":{"a":{"pattern":"^a\\Z$"}}}""", "\\Z")]
    [TestCase("""{"properties":{"a":{"pattern":"^(a)\\1$"}}}""", "\\1")]
    [TestCase("""{"properties":{"a":{"pattern":"^[^\\D]$"}}}""", "\\D")]
    [TestCase("""{"properties":{"a":{"type":"string","maximum":5}}}""", "cannot hold together")]
    [TestCase("""{"properties":{"a":{"maximum":5,"maxLength":5}}}""", "cannot hold together")]
    [TestCase("""{"properties":{"a":{"maximum":"5"}}}""", "is a number")]
    [TestCase("""{"properties":{"a":{"maxLength":-1}}}""", "whole number")]
    [TestCase("""{"properties":{"a":{"type":"text"}}}""", "type is of")]
    [TestCase("""{"properties":{"a":{"enum":[]}}}""", "not empty")]
    [TestCase("""{"properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{}}""", "$ref")]
    [TestCase("""{"properties":{"a":{"$ref":"https://example.com/schema"}}}""", "$ref")]
    [TestCase("""{"properties":[]}""", "an object")]
    [TestCase("""{"required":"a"}""", "list of names")]
    [TestCase("5", "a schema is")]
    public void What_cannot_be_relied_on_is_refused_when_the_rule_is_made(string schema, string why) =>
        Assert.That(() => new ToolPolicyGuard(ToolRule.Allow("tool", schema)), Throws.ArgumentException.With.Message.Contains(why).And.Message.Contains("'tool'"));

    [TestCase("{\"a\":1,\"a\":2}")]
    [TestCase("{")]
    public void A_schema_that_is_no_JSON_is_refused(string schema) => Assert.That(() => ToolRule.Allow("tool", schema), Throws.ArgumentException);

    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""{"a":1,"\u0061":2}""")]
    [TestCase("""{"a":{"b":1,"b":2}}""")]
    public async Task Arguments_that_name_something_twice_are_denied(string arguments) =>
        Assert.That((await new ToolPolicyGuard(ToolRule.Allow("tool", "{}")).DecideAsync(Call(arguments))).Permission, Is.EqualTo(ActionPermission.Deny));

    /// <summary>The oracle is NJsonSchema: a rule never lets through what its schema, read by the book, does not.</summary>
    [Test]
    public async Task Never_wider_than_JSON_Schema([ValueSource(nameof(Schemas))] string schema)
    {
        RuleSchema rule = new(JsonDocument.Parse(schema).RootElement);
        JsonSchema oracle = await JsonSchema.FromJsonAsync(schema);
        int fits = 0;
        foreach (string value in Values())
        {
            if (rule.Problems(JsonDocument.Parse(value).RootElement).Count == 0)
            {
                fits++;
                Assert.That(oracle.Validate(value), Is.Empty, value);
            }
        }

        Assert.That(fits, Is.GreaterThan(0));
    }

    private static readonly string[] Schemas =
    [
        """{"properties":{"a":{"type":"string","minLength":2}},"required":["a"]}""", """{"properties":{"a":{"maximum":5}}}""", """{"properties":{"a":{"type":["integer","null"],"minimum":1}}}""",
        """{"properties":{"a":{"enum":["xy",1,null,{"b":1}]}}}""", """{"properties":{"a":{"items":{"type":"integer"},"minItems":1,"maxItems":2}}}""", """{"properties":{"a":{"anyOf":[{"maxLength":2},{"minimum":1}]}}}""",
        """{"properties":{"a":{"properties":{"b":{"exclusiveMinimum":0}},"required":["b"]}}}""", """{"additionalProperties":{"allOf":[{"minLength":1},{"maxLength":2}]}}""", """{"minProperties":1,"maxProperties":1}""",
        """{"properties":{"a":{"pattern":"^[a-z]{2,}$"}}}""", """{"properties":{"a":{"uniqueItems":true}}}""", """{"properties":{"a":{"multipleOf":2}}}""", """{"properties":{"a":{"type":"boolean"}},"required":["a"]}""",
    ];

    private static IEnumerable<string> Values()
    {
        string[] atoms = ["null", "true", "0", "1", "2", "2.5", "7", "-1", "\"\"", "\"x\"", "\"xy\"", "\"1\"", "\"xyz\"", "[]", "[1]", "[1,2]", "[1,1]", "[\"x\"]", "{}", """{"b":1}""", """{"b":0}""", """{"c":1}"""];
        return ["{}", .. atoms.Select(atom => $$"""{"a":{{atom}}}"""), .. atoms.Select(atom => $$"""{"a":{{atom}},"z":"xy"}""")];
    }

    private static ActionRequest Call(string arguments) => new("run", 1, "tool", System.Text.Json.Nodes.JsonNode.Parse(arguments)!.AsObject());

    [TestCase(@"^[.-\w]+@example\.com$")]
    [TestCase(@"^[a-z.-\d]+$")]
    [TestCase(@"^[ -\w]+$")]
    [TestCase(@"^[\w-~]+$")]
    [TestCase("^?abc$")]
    public void A_pattern_whose_meaning_is_in_doubt_allows_nothing(string pattern) => Assert.That(new SchemaPattern(pattern).Weakness, Is.Not.Null);

    [TestCase(@"^[\w.-]+@example\.com$", "a.b-c@example.com", "a@evil.com;b@example.com")]
    [TestCase(@"^[-\d]+$", "1-2", "1/2")]
    [TestCase(@"^[^-\d]+$", "ab", "a1")]
    public void A_hyphen_first_or_last_is_a_hyphen(string pattern, string fits, string other)
    {
        SchemaPattern read = new(pattern);
        Assert.That((read.Weakness, read.Regex.IsMatch(fits), read.Regex.IsMatch(other)), Is.EqualTo(((string?)null, true, false)));
    }
}
