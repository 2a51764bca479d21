using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Structure, tokens that span it, completeness, forks, and what callers do wrong.</summary>
public class JsonSchemaConstraintTests
{
    private const string Steps =
        """
        {"type":"object","required":["steps"],"additionalProperties":false,"properties":{"steps":{"type":"array","minItems":1,"maxItems":2,"items":{"anyOf":[
          {"type":"object","required":["tool","path"],"properties":{"tool":{"const":"read"},"path":{"type":"string","maxLength":9}}},
          {"type":"object","required":["tool","n"],"properties":{"tool":{"const":"rest"},"n":{"type":"integer"}}}]}}}}
        """;

    [Test]
    public void One_token_may_hold_much_structure()
    {
        ListTokenizer tokenizer = new("{\"steps\":[{\"tool\":\"", "re", "ad\",\"", "st\",\"", "path\":\"", "n\":", "\"}]}", "\"},{\"tool\":\"rea", "3}]}", "}]}", "{\"steps\":[]}", "{\"steps\":[{\"path\"");
        ITokenConstraint at = Masks.Compile(Steps).Start(tokenizer);
        Assert.That(at.Allowed(tokenizer), Is.EqualTo(new[] { '{', 258 }));
        at.Accept(258);
        Assert.That(at.Allowed(tokenizer), Is.EqualTo(new[] { 'r', 259 }));
        at.Accept(259);
        Assert.That(at.Allowed(tokenizer), Is.EqualTo(new[] { 'a', 's', 260, 261 }));
        at.Accept(260);
        Assert.That(at.Allowed(tokenizer), Is.EqualTo(new[] { 'p', 262 }));
        at.Accept(262);
        Assert.That(at.Allowed(tokenizer), Does.Contain(264).And.Contain(265));
        at.Accept(265);
        foreach (byte b in "d\",\"path\":\""u8)
        {
            at.Accept(b);
        }

        Assert.That(at.Allowed(tokenizer), Does.Contain(264).And.Not.Contain(265), "two items at most");
        at.Accept(264);
        Assert.That(at.IsComplete && at.MustEnd);
        Assert.That(at.Allowed(tokenizer), Is.EqualTo(new[] { 256 }));
    }

    [Test]
    public void Properties_come_in_the_order_of_the_schema_and_optional_ones_may_be_left_out()
    {
        JsonSchemaConstraint constraint = Masks.Compile(
            """{"type":"object","required":["b"],"properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3},"d":{"const":4}}}""");
        foreach (string document in new[] { """{"b":2}""", """{"a":1,"b":2}""", """{"a":1,"b":2,"c":3,"d":4}""", """{"b":2,"d":4}""" })
        {
            Assert.That(constraint.Admits(document), document);
        }

        foreach (string document in new[] { "{}", """{"a":1}""", """{"b":2,"a":1}""", """{"b":2,"e":5}""", """{"b":2,"b":2}""", """{ "b":2}""", """{"b":2,}""" })
        {
            Assert.That(constraint.Admits(document), Is.False, document);
        }
    }

    [Test]
    public void A_required_property_without_a_schema_may_have_any_value()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"object","required":["x"]}""");
        foreach (string value in new[] { "null", "[1,[\"a\",{}],-2.50]", "\"\\n\"", "true", "{}" })
        {
            Assert.That(constraint.Admits($"{{\"x\":{value}}}"), value);
        }

        Assert.That(constraint.Admits("{}"), Is.False);
    }

    [Test]
    public void A_schema_may_contain_itself()
    {
        JsonSchemaConstraint constraint = Masks.Compile(
            """{"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","required":["v"],"properties":{"v":{"type":"integer"},"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}}}}}""");
        string document = """{"v":0}""";
        for (int depth = 1; depth < 200; depth++)
        {
            document = $$"""{"v":{{depth}},"kids":[{"v":1},{{document}}]}""";
        }

        Assert.That(constraint.Admits(document));
        Assert.That(constraint.Admits(document[..^1]), Is.False);
        Assert.That(constraint.Admits(document + "]"), Is.False);
    }

    [Test]
    public void Alternatives_that_read_alike_do_not_multiply()
    {
        // Read naively, each level doubles the ways to read the text: 2^60 of them.
        JsonSchemaConstraint constraint = Masks.Compile(
            """{"$ref":"#/$defs/x","$defs":{"x":{"anyOf":[{"type":"array","items":{"$ref":"#/$defs/x"}},{"type":"array","items":{"$ref":"#/$defs/x"},"maxItems":5},{"const":1}]}}}""");
        Assert.That(constraint.Admits(new string('[', 60) + "1" + new string(']', 60)));
        Assert.That(constraint.Admits(new string('[', 60) + "1,1,1,1,1,1" + new string(']', 60)));
    }

    [Test]
    public void Overlapping_alternatives_are_all_kept_open()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"anyOf":[{"const":12},{"type":"integer","minimum":100,"maximum":129},{"const":[1,2]},{"type":"array","items":{"const":1}}]}""");
        Assert.That(constraint.After("1").Next(), Is.EqualTo("012"));
        Assert.That(constraint.After("12").Next(), Is.EqualTo("$0123456789"));
        Assert.That(constraint.After("[1,").Next(), Is.EqualTo("12"));
        Assert.That(constraint.After("[1").Next(), Is.EqualTo(",]"));
    }

    [Test]
    public void Alternatives_that_share_a_value_keep_each_what_follows_it()
    {
        JsonSchemaConstraint constraint = Masks.Compile(
            """
            {"anyOf":[{"type":"object","required":["a","b"],"properties":{"a":{"type":"integer"},"b":{"const":1}}},
                      {"type":"object","required":["a","c"],"properties":{"a":{"type":"integer"},"c":{"const":2}}},
                      {"type":"object","required":["a","d"],"properties":{"a":{"type":"integer"},"d":{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}}}]}
            """);
        Assert.That(constraint.After("{\"a\":7,\"").Next(), Is.EqualTo("bcd"));
        foreach (string document in new[] { """{"a":7,"b":1}""", """{"a":7,"c":2}""", """{"a":7,"d":{"a":8}}""" })
        {
            Assert.That(constraint.Admits(document), document);
        }

        Assert.That(constraint.Admits("""{"a":7}"""), Is.False);
        Assert.That(constraint.Admits("""{"a":7,"b":2}"""), Is.False);
    }

    [Test]
    public void Forks_go_their_own_ways()
    {
        ITokenConstraint left = Masks.Compile("""{"enum":["ab","ac",1]}""").After("\"a");
        ITokenConstraint right = left.Fork();
        left.Accept('b');
        Assert.That(right.Next(), Is.EqualTo("bc"));
        right.Accept('c');
        Assert.That((left.Next(), right.Next()), Is.EqualTo(("\"", "\"")));
        left.Accept('"');
        Assert.That((left.IsComplete, right.IsComplete), Is.EqualTo((true, false)));
        ITokenConstraint ended = left.Fork();
        ended.Accept(256);
        Assert.That(ended.Allowed(Masks.Bytes), Is.EqualTo(new[] { 256 }));
    }

    [Test]
    public void A_token_that_is_not_allowed_throws_and_changes_nothing()
    {
        ListTokenizer tokenizer = new("tru", "trx");
        ITokenConstraint at = Masks.Compile("""{"type":"boolean"}""").Start(tokenizer);
        foreach (int id in new[] { 259, 256, ListTokenizer.Control, 'x', -1, 9999 })
        {
            Assert.That(() => at.Accept(id), Throws.InstanceOf<ArgumentException>(), $"{id}");
        }

        at.Accept(258);
        at.Accept('e');
        at.Accept(256);
        Assert.That(() => at.Accept('e'), Throws.ArgumentException, "the text has ended");
    }

    [Test]
    public void A_mask_covers_words_past_the_vocabulary_and_needs_enough_of_them()
    {
        ITokenConstraint at = Masks.Compile("""{"const":1}""").Start();
        ulong[] wide = [.. Enumerable.Repeat(ulong.MaxValue, 9)];
        at.FillMask(wide);
        Assert.That(wide.Sum(w => System.Numerics.BitOperations.PopCount(w)), Is.EqualTo(1));
        Assert.That(() => at.FillMask(new ulong[4]), Throws.ArgumentException);
    }

    [Test]
    public void Equal_tokens_are_allowed_alike()
    {
        ListTokenizer tokenizer = new("nu", "nu", "n", "nul", "nu");
        Assert.That(Masks.Compile("""{"type":"null"}""").Start(tokenizer).Allowed(tokenizer), Is.EqualTo(new[] { 'n', 258, 259, 260, 261, 262 }));
    }

    [Test]
    public void Many_threads_may_share_a_compiled_schema_and_a_vocabulary()
    {
        ListTokenizer tokenizer = ListTokenizer.Random(new Random(5), [Steps]);
        JsonSchemaConstraint shared = Masks.Compile(Steps);
        string[] results = new string[16];
        Parallel.For(0, results.Length, i => results[i] = Trace(shared, tokenizer, i % 2));
        string[] alone = [Trace(Masks.Compile(Steps), tokenizer, 0), Trace(Masks.Compile(Steps), tokenizer, 1)];
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 16).Select(i => alone[i % 2])));
    }

    [Test]
    public void The_compiler_makes_the_same_constraint()
    {
        ITokenConstraint at = JsonSchemaConstraintCompiler.Instance.Compile(
            JsonDocument.Parse("""{"type":"string","x-quotedFrom":["goal"],"x-quotedAs":"path"}""").RootElement, [new PromptSection("goal", "read a.txt")], Masks.Bytes);
        at.Accept('"');
        Assert.That(at.Next(), Is.EqualTo("a"));
    }

    private static string Trace(JsonSchemaConstraint constraint, ListTokenizer tokenizer, int seed)
    {
        Random random = new(seed);
        ITokenConstraint at = constraint.Start(tokenizer);
        StringBuilder trace = new();
        for (int i = 0; i < 300 && !at.MustEnd; i++)
        {
            List<int> allowed = at.Allowed(tokenizer);
            allowed.Remove(256);
            int id = allowed[random.Next(allowed.Count)];
            at.Accept(id);
            trace.Append(allowed.Count).Append(':').Append(id).Append(' ');
        }

        return trace.ToString();
    }
}
