using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tests;

public sealed class PlanReferencesTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(
        """
        {"type":"object","properties":{"text":{"type":"string"},"number":{"type":"number"},"either":{"type":["number","string"]},
        "numbers":{"type":"array","items":{"type":"integer"}},"texts":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}}}
        """).RootElement;

    [TestCase("$1", 1)]
    [TestCase("$27", 27)]
    [TestCase("$0", 0)]
    [TestCase("$01", 0)]
    [TestCase("$", 0)]
    [TestCase("$$1", 0)]
    [TestCase("$1 ", 0)]
    [TestCase("$+1", 0)]
    [TestCase("$1.5", 0)]
    [TestCase("cost $1", 0)]
    [TestCase("$99999999999", 0)]
    [TestCase("$3.total", 3)]
    [TestCase("$3.rows[0].name", 3)]
    [TestCase("$3[12]", 3)]
    [TestCase("$3.", 0)]
    [TestCase("$3.[0]", 0)]
    [TestCase("$3[-1]", 0)]
    [TestCase("$3[0", 0)]
    [TestCase("$3.a b", 0)]
    [TestCase("$3.a\n", 0)]
    [TestCase("$3[99999999999]", 0)]
    public void Only_a_whole_number_after_one_dollar_is_a_reference(string text, int expected) =>
        Assert.That(PlanReferences.TryParse(text, out int step) ? step : 0, Is.EqualTo(expected));

    [TestCase("""{"a":"$2","b":["$1","x","$2"],"c":{"d":"$3"},"e":"$$4","f":5}""", new[] { 1, 2 })]
    [TestCase("""{}""", new int[0])]
    public void References_are_arguments_or_elements_of_arrays(string arguments, int[] expected) =>
        Assert.That(PlanReferences.Collect(JsonNode.Parse(arguments)!.AsObject()), Is.EqualTo(expected));

    [TestCase("""{"text":"$1"}""", """{"text":"12"}""", TestName = "a number becomes text for a string parameter")]
    [TestCase("""{"number":"$1"}""", """{"number":12}""", TestName = "a number stays one for a number parameter")]
    [TestCase("""{"number":"$2"}""", """{"number":7.5}""", TestName = "a text of a number becomes a number for a number parameter")]
    [TestCase("""{"number":"$3"}""", """{"number":"a b"}""", TestName = "a text that is none is left for the tool to judge")]
    [TestCase("""{"either":"$1"}""", """{"either":"12"}""", TestName = "where both fit it is the text")]
    [TestCase("""{"numbers":["$1",3,"$2"]}""", """{"numbers":[12,3,7.5]}""", TestName = "elements are resolved by the elements' type")]
    [TestCase("""{"texts":["$1","$$1","$$$1"]}""", """{"texts":["12","$1","$$1"]}""", TestName = "two dollars are one")]
    [TestCase("""{"texts":"$4"}""", """{"texts":"{\"a\":1}"}""", TestName = "an object becomes its JSON")]
    [TestCase("""{"text":"$6.name","number":"$6.total","numbers":["$6.rows[1].n","$6.rows[0].n"]}""", """{"text":"Ada","number":2.5,"numbers":[8,7]}""", TestName = "a part of a result")]
    [TestCase("""{"text":"$7.name"}""", """{"text":"Bo"}""", TestName = "a part of JSON in a text")]
    [TestCase("""{"text":"$6.rows"}""", """{"text":"[{\"n\":7},{\"n\":8}]"}""", TestName = "a part that is a list, as text")]
    [TestCase("""{"unknown":{"x":"$1"},"text":"$5.00"}""", """{"unknown":{"x":"$1"},"text":"$5.00"}""", TestName = "anything else stays as it is")]
    public void Resolves(string arguments, string expected)
    {
        Dictionary<int, StepResult> results = new() { [1] = Result("12"), [2] = Result("\"7.5\""), [3] = Result("\"a b\""), [4] = Result("""{"a":1}""") };
        results[6] = Result("""{"name":"Ada","total":2.5,"rows":[{"n":7},{"n":8}]}""");
        results[7] = Result(""" "{\"name\":\"Bo\"}" """);
        JsonObject planned = JsonNode.Parse(arguments)!.AsObject();
        JsonObject resolved = PlanReferences.Resolve(planned, Schema, results);
        Assert.That(JsonNode.DeepEquals(resolved, JsonNode.Parse(expected)), resolved.ToJsonString());
        Assert.That(planned.ToJsonString(), Is.EqualTo(JsonNode.Parse(arguments)!.ToJsonString()), "what was planned is left alone");
    }

    [Test]
    public void A_step_without_a_result_is_told() => Assert.That(
        () => PlanReferences.Resolve(new JsonObject { ["text"] = "$9" }, Schema, new Dictionary<int, StepResult>()),
        Throws.InstanceOf<AutoGptException>().With.Message.Contains("step 9"));

    [Test]
    public void A_result_is_one_text_whoever_wrote_it()
    {
        // As a tool indents it, and as a journal escapes it.
        string expected = """{"name":"Zoë – 你","rows":[1,2.50]}""";
        foreach (string written in new[] { "{\n  \"name\": \"Zoë – 你\",\n  \"rows\": [ 1, 2.50 ]\n}", """{"name":"Zo\u00EB \u2013 \u4F60","rows":[1,2.50]}""" })
        {
            Assert.That(Result(written).Text, Is.EqualTo(expected));
        }
    }

    [TestCase("$1.total", """{"sum":1,"count":2}""", "$1 has no 'total'; it has 'sum', 'count'")]
    [TestCase("$1.rows[2]", """{"rows":[1,2]}""", "$1.rows has 2 elements")]
    [TestCase("$1.rows.name", """{"rows":[1,2]}""", "$1.rows is a list; its elements are $1.rows[0]")]
    [TestCase("$1.a.b", """{"a":7}""", "$1.a is a number without parts")]
    [TestCase("$1.a", "\"plain\"", "$1 is a string without parts")]
    [TestCase("$1[0]", """{"a":7}""", "$1 has no '0'")]
    public void A_part_that_is_not_there_is_told_with_what_is(string reference, string json, string told) => Assert.That(
        () => PlanReferences.Resolve(new JsonObject { ["text"] = reference }, Schema, new Dictionary<int, StepResult> { [1] = Result(json) }),
        Throws.InstanceOf<AutoGptException>().With.Message.Contains(told).And.Message.Contains($"'{reference}'"));

    private static StepResult Result(string json) => new(1, "tool", StepStatus.Succeeded) { Value = JsonDocument.Parse(json).RootElement };
}
