using System.Text.Json;
using System.Text.Json.Nodes;
using static AutoGpt.Sdk.Tests.Runs;

namespace AutoGpt.Sdk.Tests;

public sealed class PlanTemplateTests
{
    private static readonly AgentResult Done = new("r", AgentStatus.Succeeded)
    {
        Plan = Plan(
            ("sum", """{"path":"sales.csv","column":"price","decimals":2}"""),
            ("write", """{"path":"sales.csv.txt","text":"$1","note":"total of price, $$5 off","list":["price","$1",7]}""")),
    };

    [Test]
    public void The_plan_of_a_run_is_used_again_with_other_values()
    {
        PlanTemplate template = PlanTemplate.From("total", Done, new Dictionary<string, string> { ["file"] = "sales.csv", ["column"] = "price", ["digits"] = "2" });
        Assert.That(template.Parameters.Select(parameter => (parameter.Name, parameter.Kind)), Is.EqualTo([("file", PlanParameterKind.Text), ("column", PlanParameterKind.Text), ("digits", PlanParameterKind.Json)]));
        AssertArguments(template.Bind(new Dictionary<string, string> { ["file"] = "q.csv", ["column"] = "cost", ["digits"] = "0" }), 0, """{"path":"q.csv","column":"cost","decimals":0}""");
        AssertArguments(
            template.Bind(new Dictionary<string, string> { ["file"] = "q.csv", ["column"] = "cost", ["digits"] = "0" }), 1,
            """{"path":"q.csv.txt","text":"$1","note":"total of cost, $$5 off","list":["cost","$1",7]}""");
        AssertArguments(template.Bind(new Dictionary<string, string> { ["file"] = "sales.csv", ["column"] = "price", ["digits"] = "2" }), 1, Done.Plan!.Steps[1].Arguments.ToJsonString());
    }

    [TestCase("$1", TestName = "a value that looks like a reference")]
    [TestCase("$1.total", TestName = "a value that looks like a part")]
    [TestCase("$$1", TestName = "a value with two dollars")]
    [TestCase("$5.00", TestName = "a price")]
    [TestCase("{{other}}", TestName = "a value that names a parameter")]
    public void A_value_is_a_text_and_nothing_else(string value)
    {
        Plan plan = Plan(("write", """{"text":"{{value}}","more":"{{value}} {{other}}","first":"{{value}}!"}"""));
        PlanTemplate template = new("t", plan) { Parameters = [new PlanParameter("value"), new PlanParameter("other") { Default = "o" }] };
        Plan bound = template.Bind(new Dictionary<string, string> { ["value"] = value });
        JsonElement schema = JsonDocument.Parse("{}").RootElement;
        JsonObject given = PlanReferences.Resolve(bound.Steps[0].Arguments, schema, new Dictionary<int, StepResult> { [1] = new(1, "x", StepStatus.Succeeded) });
        Assert.That(given.Select(argument => argument.Value!.GetValue<string>()), Is.EqualTo([value, value + " o", value + "!"]));
    }

    [TestCase("${{value}}", "2", "$2")]
    [TestCase("$${{value}}", "2", "$2")]
    [TestCase("$1.{{value}}", "total", "$1.total")]
    [TestCase("$1[{{value}}]", "0", "$1[0]")]
    [TestCase("${{value}}", "$x", "$$x")]
    public void A_value_makes_no_reference_of_the_text_around_it(string text, string value, string given)
    {
        PlanTemplate template = new("t", Plan(("write", new JsonObject { ["text"] = text, ["list"] = new JsonArray(text), ["deep"] = new JsonObject { ["text"] = "{{value}}" } }.ToJsonString()))) { Parameters = [new PlanParameter("value")] };
        JsonObject bound = template.Bind(new Dictionary<string, string> { ["value"] = value }).Steps[0].Arguments;
        Assert.That(PlanReferences.Collect(bound), Is.Empty);
        JsonObject resolved = PlanReferences.Resolve(bound, default, new Dictionary<int, StepResult>());
        Assert.That((resolved["text"]!.GetValue<string>(), resolved["list"]![0]!.GetValue<string>(), resolved["deep"]!["text"]!.GetValue<string>()), Is.EqualTo((given, given, value)), "what lies deeper is not read, and not written twice");
    }

    [Test]
    public void The_number_of_a_step_is_no_value()
    {
        AgentResult done = Done with { Plan = Plan(("take", """{"lines":1}"""), ("write", """{"text":"$1","part":"$1.rows[1]","price":"$$1 each"}""")) };
        PlanTemplate template = PlanTemplate.From("t", done, new Dictionary<string, string> { ["count"] = "1" });
        AssertArguments(template.Bind(new Dictionary<string, string> { ["count"] = "7" }), 1, """{"text":"$1","part":"$1.rows[1]","price":"$$7 each"}""");
    }

    [Test]
    public void JSON_values_hold_no_references_either()
    {
        PlanTemplate template = new("t", Plan(("write", """{"list":"{{list}}"}"""))) { Parameters = [new PlanParameter("list") { Kind = PlanParameterKind.Json }] };
        AssertArguments(template.Bind(new Dictionary<string, string> { ["list"] = """["$1",2,{"a":"$1"}]""" }), 0, """{"list":["$$1",2,{"a":"$1"}]}""");
        Assert.That(() => template.Bind(new Dictionary<string, string> { ["list"] = "[1" }), Throws.ArgumentException.With.Message.Contains("'list' is not JSON"));
    }

    [Test]
    public void What_is_missing_or_unknown_is_named()
    {
        PlanTemplate template = PlanTemplate.From("total", Done, new Dictionary<string, string> { ["file"] = "sales.csv" });
        Assert.That(() => template.Bind(new Dictionary<string, string>()), Throws.ArgumentException.With.Message.Contains("needs a value for 'file'"));
        Assert.That(() => template.Bind(new Dictionary<string, string> { ["file"] = "a", ["x"] = "b" }), Throws.ArgumentException.With.Message.Contains("no parameter 'x'. It has file."));
        Assert.That(() => PlanTemplate.From("t", Done, new Dictionary<string, string> { ["file"] = "nowhere" }), Throws.ArgumentException.With.Message.Contains("'file' stands nowhere"));
        Assert.That(() => PlanTemplate.From("t", Done with { Status = AgentStatus.Failed }, new Dictionary<string, string>()), Throws.ArgumentException.With.Message.Contains("succeeded"));
        Assert.That(() => PlanTemplate.From("../t", Done, new Dictionary<string, string>()), Throws.ArgumentException.With.Message.Contains("no name"));
        Assert.That(() => (template with { Parameters = [.. template.Parameters, new PlanParameter("y")] }).Validate(), Throws.ArgumentException.With.Message.Contains("'y'"));
        Assert.That(() => (template with { Parameters = [.. template.Parameters, .. template.Parameters] }).Validate(), Throws.ArgumentException.With.Message.Contains("twice"));
    }

    [Test]
    public void What_nobody_declares_is_no_parameter()
    {
        PlanTemplate template = new("t", Plan(("get", """{"id":"{{id}}"}""")));
        Assert.That(template.Validate, Throws.ArgumentException.With.Message.Contains("'{{id}}'"));
        PlanTemplate declared = template with { Parameters = [new PlanParameter("id")] };
        Assert.That(declared.Validate, Throws.Nothing);
        Assert.That(() => (declared with { Goal = "Get {{idd}}" }).Validate(), Throws.ArgumentException.With.Message.Contains("'{{idd}}'"));
    }

    private static void AssertArguments(Plan plan, int step, string expected) =>
        Assert.That(JsonNode.DeepEquals(plan.Steps[step].Arguments, JsonNode.Parse(expected)), plan.Steps[step].Arguments.ToJsonString());
}
