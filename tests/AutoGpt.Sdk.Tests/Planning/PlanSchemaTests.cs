using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

public sealed class PlanSchemaTests
{
    private static readonly AIFunction Read = new TestTool("read", TestTool.Path);

    private static readonly AIFunction Count = new TestTool(
        "count", """{"type":"object"}""", (_, _) => Task.FromResult<object?>(null), forms:
        """
        [{"type":"object","properties":{"path":{"type":"string","description":"a file","x-quotedAs":"path"}},"required":["path"],"additionalProperties":false},
         {"type":"object","properties":{"text":{"type":"string","x-quotedAs":"text","x-reference":true}},"required":["text"],"additionalProperties":false}]
        """);

    private static readonly AIFunction Join = new TestTool(
        "join", """{"type":"object","properties":{"texts":{"type":"array","items":{"type":"string","x-reference":true},"minItems":2}},"required":["texts"]}""");

    [Test]
    public void The_whole_schema_of_two_steps() => AssertJson(
        PlanSchema.Build([Read, Count, Join], 2, ["goal", "feedback"]),
        """
        {"type":"object","properties":{"steps":{"type":"array","maxItems":2,"prefixItems":[{"$ref":"#/$defs/step1"},{"$ref":"#/$defs/step2"}]}},
         "required":["steps"],"additionalProperties":false,
         "$defs":{
          "tool.read.1":{"type":"object","properties":{"tool":{"const":"read"},"arguments":{"type":"object","properties":{"path":
            {"type":"string","x-quotedAs":"path","x-quotedFrom":["goal","feedback"]}},"required":["path"],"additionalProperties":false}},
            "required":["tool","arguments"],"additionalProperties":false},
          "tool.count.1":{"type":"object","properties":{"tool":{"const":"count"},"arguments":{"type":"object","properties":{"path":
            {"type":"string","x-quotedAs":"path","x-quotedFrom":["goal","feedback"]}},"required":["path"],"additionalProperties":false}},
            "required":["tool","arguments"],"additionalProperties":false},
          "step1":{"anyOf":[{"$ref":"#/$defs/tool.read.1"},{"$ref":"#/$defs/tool.count.1"},
            {"type":"object","properties":{"tool":{"const":"count"},"arguments":{"type":"object","properties":{"text":
              {"type":"string","x-quotedAs":"text","x-quotedFrom":["goal","feedback"]}},"required":["text"],"additionalProperties":false}},
              "required":["tool","arguments"],"additionalProperties":false}]},
          "before2":{"enum":["$1"]},
          "step2":{"anyOf":[{"$ref":"#/$defs/tool.read.1"},{"$ref":"#/$defs/tool.count.1"},
            {"type":"object","properties":{"tool":{"const":"count"},"arguments":{"type":"object","properties":{"text":
              {"anyOf":[{"type":"string","x-quotedAs":"text","x-quotedFrom":["goal","feedback"]},{"$ref":"#/$defs/before2"}]}},
              "required":["text"],"additionalProperties":false}},"required":["tool","arguments"],"additionalProperties":false},
            {"type":"object","properties":{"tool":{"const":"join"},"arguments":{"type":"object","properties":{"texts":
              {"type":"array","items":{"$ref":"#/$defs/before2"},"minItems":2}},"required":["texts"],"additionalProperties":false}},
              "required":["tool","arguments"],"additionalProperties":false}]}}}
        """);

    [Test]
    public void The_whole_plain_schema() => AssertJson(
        PlanSchema.BuildPlain([Count, Join], 5),
        """
        {"type":"object","properties":{"question":{"type":"string","maxLength":300},"steps":{"type":"array","maxItems":5,"items":{"anyOf":[
          {"type":"object","properties":{"tool":{"const":"count"},"arguments":{"type":"object","properties":{"path":{"type":"string"}},
            "required":["path"],"additionalProperties":false}},"required":["tool","arguments"],"additionalProperties":false},
          {"type":"object","properties":{"tool":{"const":"count"},"arguments":{"type":"object","properties":{"text":{"type":"string"}},
            "required":["text"],"additionalProperties":false}},"required":["tool","arguments"],"additionalProperties":false},
          {"type":"object","properties":{"tool":{"const":"join"},"arguments":{"type":"object","properties":{"texts":
            {"type":"array","items":{"type":"string","pattern":"^\\$[1-9][0-9]*(?:\\.[A-Za-z_][A-Za-z0-9_\\-]*|\\[[0-9]{1,9}\\])*$"},"minItems":2}},"required":["texts"],"additionalProperties":false}},
            "required":["tool","arguments"],"additionalProperties":false}]}}},
         "required":["steps"],"additionalProperties":false}
        """);

    [Test]
    public void An_optional_parameter_that_takes_only_references_goes_at_the_first_step()
    {
        AIFunction tool = new TestTool("tool", """{"type":"object","properties":{"x":{"type":"string","x-reference":true},"y":{"type":"boolean"}}}""");
        JsonElement schema = PlanSchema.Build([tool], 2);
        Assert.That(Fits(schema, """{"steps":[{"tool":"tool","arguments":{"y":true}}]}"""));
        Assert.That(Fits(schema, """{"steps":[{"tool":"tool","arguments":{"x":"$1"}}]}"""), Is.False);
        Assert.That(Fits(schema, """{"steps":[{"tool":"tool","arguments":{}},{"tool":"tool","arguments":{"x":"$1"}}]}"""));
    }

    [TestCase("""{"steps":[{"tool":"add","arguments":{"left":1,"numbers":[2]}}]}""", true)]
    [TestCase("""{"steps":[{"tool":"add","arguments":{"left":"$1","numbers":[2]}}]}""", false)]
    [TestCase("""{"steps":[{"tool":"add","arguments":{"left":1,"numbers":[2]}},{"tool":"add","arguments":{"left":"$1","numbers":["$1"]}}]}""", true)]
    [TestCase("""{"steps":[{"tool":"add","arguments":{"left":1,"numbers":[2]}},{"tool":"add","arguments":{"left":"$2","numbers":[1]}}]}""", false)]
    [TestCase("""{"steps":[]}""", true)]
    [TestCase("""{"steps":[{"tool":"add","arguments":{"left":1,"numbers":[]}},{"tool":"add","arguments":{"left":1,"numbers":[]}},{"tool":"add","arguments":{"left":1,"numbers":[]}}]}""", false)]
    public void Tools_without_keywords_of_ours_take_references_where_values_fit(string plan, bool fits)
    {
        AIFunction add = new TestTool(
            "add", """{"type":"object","properties":{"left":{"type":"number"},"numbers":{"type":"array","items":{"type":"number"}}},"required":["left","numbers"]}""");
        Assert.That(Fits(PlanSchema.Build([add], 2), plan), Is.EqualTo(fits));
    }

    [Test]
    public void References_within_a_tools_own_schema_still_lead_there()
    {
        AIFunction tree = new TestTool(
            "tree", """{"type":"object","properties":{"root":{"type":"object","properties":{"child":{"$ref":"#/properties/root"}},"additionalProperties":false}},"required":["root"]}""");
        foreach (JsonElement schema in (JsonElement[])[PlanSchema.Build([tree], 1), PlanSchema.BuildPlain([tree], 1)])
        {
            Assert.That(Fits(schema, """{"steps":[{"tool":"tree","arguments":{"root":{"child":{"child":{}}}}}]}"""));
            Assert.That(Fits(schema, """{"steps":[{"tool":"tree","arguments":{"root":{"child":{"child":{"x":1}}}}}]}"""), Is.False);
        }
    }

    [Test]
    public void A_parameter_may_be_called_like_an_annotation()
    {
        AIFunction tool = new TestTool("tool", """{"type":"object","properties":{"description":{"type":"string"},"title":{"type":"string","title":"t"}}}""");
        JsonElement arguments = PlanSchema.Build([tool], 1).GetProperty("$defs").GetProperty("tool.tool.1").GetProperty("properties").GetProperty("arguments");
        AssertJson(arguments, """{"type":"object","properties":{"description":{"type":"string"},"title":{"type":"string"}},"additionalProperties":false}""");
    }

    [Test]
    public void Steps_share_what_does_not_differ()
    {
        AIFunction[] tools = [.. Enumerable.Range(0, 25).Select(index => new TestTool("tool" + index, TestTool.Path))];
        int one = PlanSchema.Build(tools, 1).GetRawText().Length;
        int twelve = PlanSchema.Build(tools, 12).GetRawText().Length;
        Assert.That(twelve, Is.LessThan(4 * one));
    }

    private static bool Fits(JsonElement schema, string plan) => new JsonSchemaCheck(schema).Problems(JsonDocument.Parse(plan).RootElement, "plan").Count == 0;

    private static void AssertJson(JsonElement actual, string expected) =>
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(actual.GetRawText()), JsonNode.Parse(expected)), actual.GetRawText());
}
