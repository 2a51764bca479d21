using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

public sealed class QuotedSpansTests
{
    [TestCase("Sort data/sales.csv, then report.txt.", QuotedSpans.Path, "data/sales.csv", "report.txt")]
    [TestCase("list *.log and 'my notes.txt'", QuotedSpans.Path, "*.log", "my notes.txt")]
    [TestCase("look up items[0].price (in a.json)", QuotedSpans.Path, "items[0].price", "a.json")]
    [TestCase("report.txt's length", QuotedSpans.Path, "report.txt")]
    [TestCase("convert 12 km, pay $1,250.50 or 40%", QuotedSpans.Number, "12", "$1,250.50", "1,250.50", "40%", "40")]
    [TestCase("two weeks, a month, twenty-five days", QuotedSpans.Number, "two", "a", "twenty-five")]
    [TestCase("from 2026-03-31 to March 3, 2026 or 3 March 2026.", QuotedSpans.Date, "2026-03-31", "March 3, 2026", "3 March 2026")]
    [TestCase("what is (12.5 + 3)*4?", QuotedSpans.Expression, "(12.5 + 3)*4")]
    [TestCase("average the unit_price by city", QuotedSpans.Word, "unit_price", "city")]
    [TestCase("write \"hello, world\" to a.txt", QuotedSpans.Text, "hello, world")]
    [TestCase("don't count ‘x y’ twice", QuotedSpans.Text, "x y", "don't count", "don't")]
    [TestCase("show lines with disk full in app.log", QuotedSpans.Text, "disk full")]
    public void Passages_of_a_kind_are_found(string text, string kind, params string[] expected) =>
        Assert.That(QuotedSpans.Find(text, kind), Is.SupersetOf(expected));

    [TestCase("write \"hello, world\" to a.txt", QuotedSpans.Text, "hello")]
    [TestCase("write \"hello, world\" to a.txt", QuotedSpans.Word, "world")]
    [TestCase("Sort data.csv, please.", QuotedSpans.Path, "data.csv,")]
    [TestCase("no numbers here", QuotedSpans.Number, "numbers")]
    public void What_is_no_whole_passage_is_not(string text, string kind, string wrong) =>
        Assert.That(QuotedSpans.Find(text, kind), Does.Not.Contain(wrong));

    [Test]
    public void A_quoted_string_is_copied_or_cannot_be_written()
    {
        Assert.That(Accepts("path", "sort data.csv and b.txt", "data.csv"));
        Assert.That(Accepts("path", "sort data.csv and b.txt", "data.cs"), Is.False);
        Assert.That(Accepts("any", "say \"a\\b\" now", "a\\b"), "escaped as JSON wants it");
        Assert.That(Accepts("any", "one two three", "two three"));
        Assert.That(Accepts("any", "one two three", "wo three"), Is.False);
        Assert.That(() => Accepts("path", "nothing like that", "x"), Throws.InstanceOf<SchemaException>().With.Message.Contains("nothing that looks like 'path' in goal"));
    }

    [Test]
    public void What_cannot_be_satisfied_is_dropped_where_there_is_another_way()
    {
        const string schema = """{"anyOf":[{"type":"object","properties":{"p":{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"path"}},"required":["p"]},{"const":"none"}]}""";
        ITokenConstraint constraint = JsonSchemaConstraintCompiler.Instance.Compile(JsonDocument.Parse(schema).RootElement, [new PromptSection("goal", "hello")], new ByteTokenizer());
        ulong[] mask = new ulong[5];
        constraint.FillMask(mask);
        Assert.That(mask[0], Is.EqualTo(1UL << '"'), "only the constant is left");
    }

    [TestCase("""{"type":"string","format":"email"}""", "/format")]
    [TestCase("""{"type":"array","uniqueItems":true}""", "/uniqueItems")]
    [TestCase("""{"type":"object","properties":{"a":{"not":{}}}}""", "/properties/a/not")]
    [TestCase("""{"type":"string","minLength":3,"maxLength":2}""", "minLength is 3")]
    [TestCase("""{"type":"integer","minimum":3,"maximum":2}""", "no number fits")]
    [TestCase("""{"type":"object","required":["a"]}""", "'a' is required")]
    [TestCase("""{"enum":[]}""", "no value")]
    [TestCase("""{"type":"string","pattern":"(?=a)b"}""", "look-around")]
    [TestCase("""{"$ref":"#/$defs/none"}""", "points to nothing")]
    [TestCase("""{"$ref":"http://example.com/s"}""", "not local")]
    [TestCase("""{"$defs":{"a":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}""", "nothing can satisfy")]
    [TestCase("""{"oneOf":[{"type":"string"},{"type":"string"}]}""", "could both fit")]
    public void Schemas_that_cannot_be_honoured_are_refused_by_name(string schema, string expected) => Assert.That(
        () => JsonSchemaConstraintCompiler.Instance.Compile(JsonDocument.Parse(schema).RootElement, [], new ByteTokenizer()),
        Throws.InstanceOf<SchemaException>().With.Message.Contains(expected));

    [Test]
    public void Recursion_has_a_way_out()
    {
        const string schema = """{"$defs":{"tree":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/tree"}},"required":["v"]}},"$ref":"#/$defs/tree"}""";
        ITokenConstraint constraint = JsonSchemaConstraintCompiler.Instance.Compile(JsonDocument.Parse(schema).RootElement, [], new ByteTokenizer());
        foreach (int id in new ByteTokenizer().Encode("""{"v":1,"next":{"v":2,"next":{"v":3}}}"""))
        {
            constraint.Accept(id);
        }

        Assert.That(constraint.IsComplete && constraint.MustEnd);
    }

    [Test]
    public void A_fork_goes_its_own_way()
    {
        ITokenConstraint constraint = JsonSchemaConstraintCompiler.Instance.Compile(JsonDocument.Parse("""{"enum":["ab","ac"]}""").RootElement, [], new ByteTokenizer());
        constraint.Accept('"');
        constraint.Accept('a');
        ITokenConstraint fork = constraint.Fork();
        fork.Accept('c');
        Assert.That(() => fork.Accept('b'), Throws.InstanceOf<ArgumentException>());
        constraint.Accept('b');
        constraint.Accept('"');
        fork.Accept('"');
        Assert.That(constraint.MustEnd && fork.MustEnd);
    }

    private static bool Accepts(string kind, string goal, string value)
    {
        string schema = $$"""{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"{{kind}}"}""";
        ITokenConstraint constraint = JsonSchemaConstraintCompiler.Instance.Compile(JsonDocument.Parse(schema).RootElement, [new PromptSection("goal", goal)], new ByteTokenizer());
        try
        {
            foreach (int id in new ByteTokenizer().Encode("\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal) + "\""))
            {
                constraint.Accept(id);
            }

            return constraint.IsComplete;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
