using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Strings: lengths in code points, UTF-8, escapes, patterns.</summary>
public class StringMaskTests
{
    [TestCase("\"\"", true)]
    [TestCase("\"é😀\"", true)]
    [TestCase("\"\\\"\\\\\\b\\f\\n\\r\\t\"", true)]
    [TestCase("\"\\u0000\\u001f\\u000b\"", true)]
    [TestCase("\"/\u007f\u2028\"", true)]
    [TestCase("\"\\/\"", false)]
    [TestCase("\"\\u0041\"", false)]
    [TestCase("\"\\u000a\"", false, Description = "has a short escape")]
    [TestCase("\"\\u001F\"", false, Description = "upper case")]
    [TestCase("\"\\x\"", false)]
    [TestCase("\"\n\"", false)]
    [TestCase("\"", false)]
    [TestCase("a", false)]
    public void Characters_have_one_form(string text, bool expected) =>
        Assert.That(Masks.Compile("""{"type":"string"}""").Admits(text), Is.EqualTo(expected));

    [TestCase("80", Description = "a continuation byte")]
    [TestCase("C0", Description = "overlong")]
    [TestCase("C1")]
    [TestCase("E080", Description = "overlong")]
    [TestCase("EDA0", Description = "a surrogate")]
    [TestCase("F08F", Description = "overlong")]
    [TestCase("F490", Description = "past U+10FFFF")]
    [TestCase("F5")]
    [TestCase("C3C3")]
    [TestCase("C322", Description = "a quote inside a character")]
    public void Bytes_that_are_no_UTF8_are_refused(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        ITokenConstraint at = Masks.Compile("""{"type":"string"}""").After("\"");
        foreach (byte b in bytes[..^1])
        {
            at.Accept(b);
        }

        Assert.That(at.Mask(Masks.Bytes).Has(bytes[^1]), Is.False);
        Assert.That(() => at.Accept(bytes[^1]), Throws.ArgumentException);
    }

    [Test]
    public void Every_scalar_value_passes()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","minLength":1,"maxLength":1}""");
        foreach (int scalar in new[] { 0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF })
        {
            Assert.That(constraint.Admits($"\"{char.ConvertFromUtf32(scalar)}\""), $"U+{scalar:X}");
        }
    }

    [Test]
    public void Lengths_count_code_points_and_an_escape_is_one()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","minLength":2,"maxLength":3}""");
        foreach (string one in new[] { "a", "😀", "\\n", "\\u0001", "é" })
        {
            for (int count = 0; count < 6; count++)
            {
                Assert.That(constraint.Admits($"\"{string.Concat(Enumerable.Repeat(one, count))}\""), Is.EqualTo(count is 2 or 3), $"{count} × {one}");
            }
        }

        Assert.That(constraint.After("\"😀").Next(), Does.Not.Contain("\""));
        Assert.That(constraint.After("\"abc").Next(), Is.EqualTo("\""));
    }

    [Test]
    public void A_token_may_not_reach_past_a_length_limit([Values(1, 5, 12, 13, 40)] int maximum)
    {
        // Masks of far-away limits are shared: the limit must still be seen the moment it is within a token's reach.
        ListTokenizer tokenizer = new("aaaaaaaaaaaa", "aaaaaa\"", "a\"", "\"}", "ééé", "aaa");
        JsonSchemaConstraint constraint = Masks.Compile($$$$"""{"type":"object","required":["k"],"properties":{"k":{"type":"string","minLength":{{{{maximum / 2}}}},"maxLength":{{{{maximum}}}}}}}""");
        ITokenConstraint at = constraint.Start(tokenizer);
        foreach (byte b in "{\"k\":\""u8)
        {
            at.Accept(b);
        }

        for (int length = 0; length <= maximum; length++)
        {
            ulong[] mask = at.Mask(tokenizer);
            Assert.That(mask.Has(258), Is.EqualTo(length + 12 <= maximum), $"12 more at {length}");
            Assert.That(mask.Has(259), Is.EqualTo(length + 6 <= maximum && length + 6 >= maximum / 2), $"6 and the end at {length}");
            Assert.That(mask.Has(260), Is.EqualTo(length + 1 <= maximum && length + 1 >= maximum / 2), $"1 and the end at {length}");
            Assert.That(mask.Has(261), Is.EqualTo(length >= maximum / 2), $"the end and more at {length}");
            Assert.That(mask.Has(262), Is.EqualTo(length + 3 <= maximum), $"3 of two bytes at {length}");
            if (length < maximum)
            {
                at.Accept('a');
            }
        }
    }

    [Test]
    public void Patterns_admit_what_an_independent_engine_matches([Values(1, 2, 3, 4, 5, 6, 7, 8)] int seed)
    {
        Random random = new(seed);
        char[] alphabet = ['a', 'b', 'é', '0', '_', ' ', '.', '-', '\n'];
        string[] texts = [.. Enumerable.Range(0, 150).Select(_ => new string([.. Enumerable.Range(0, random.Next(6)).Select(_ => alphabet[random.Next(alphabet.Length)])]))];
        for (int i = 0; i < 40; i++)
        {
            string pattern = RandomPattern.Create(random).Text;
            JsonSchemaConstraint constraint = Masks.Compile(JsonSerializer.Serialize(new { type = "string", pattern }));
            foreach (string text in texts)
            {
                Assert.That(constraint.Admits(DocumentWriter.Quote(text)), Is.EqualTo(SchemaOracle.Matches(pattern, text)), $"'{text}' under {pattern}");
            }
        }
    }

    [TestCase("^[a-c]{2,}$", "ab|abc|", "a|abd|abcabc1")]
    [TestCase("b", "b|abc|xxb", "a|ac")]
    [TestCase("^a|b$", "ab|axx|xxb", "xxbx|ca")]
    [TestCase("^(ab|cd)*$", "|ab|abcd|cdab", "a|abc")]
    [TestCase(@"^\d{4}-\d\d$", "2026-11", "26-11|2026-1|２０２６-11")]
    [TestCase(@"^\$[1-9]\d?$", "$1|$12", "$0|$123|1")]
    [TestCase(@"^[^\W\d_]+$", "abc", "a1|_|é")]
    [TestCase(@"^\u{1F600}\x41\/[\]\-\\]$", "😀A/]|😀A/-|😀A/\\", "😀A/a")]
    [TestCase("^.$", "a|😀|漢", "ab|\n|\u2028|")]
    [TestCase(@"^$", "", "a")]
    [TestCase(@"^(?<year>\d+)(?:x|y)?$", "1|1x|22y", "x|1xy")]
    [TestCase(@"a$^|^b", "b|bc", "a|")]
    public void Patterns_follow_ECMA_262(string pattern, string fitting, string unfitting)
    {
        JsonSchemaConstraint constraint = Masks.Compile(JsonSerializer.Serialize(new { type = "string", pattern }));
        Assert.Multiple(() =>
        {
            foreach (string text in fitting.Split('|').Where(t => t.Length > 0 || fitting.Length == 0 || fitting[0] == '|'))
            {
                Assert.That(constraint.Admits(DocumentWriter.Quote(text)), $"'{text}' under {pattern}");
            }

            foreach (string text in unfitting.Split('|').Where(t => t.Length > 0 || unfitting[^1] == '|'))
            {
                Assert.That(constraint.Admits(DocumentWriter.Quote(text)), Is.False, $"'{text}' under {pattern}");
            }
        });
    }

    [Test]
    public void A_pattern_and_length_limits_hold_together()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","pattern":"^(ab)+$","minLength":3,"maxLength":7}""");
        Assert.That(Enumerable.Range(0, 6).Where(n => constraint.Admits($"\"{string.Concat(Enumerable.Repeat("ab", n))}\"")), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(constraint.After("\"ababab").Next(), Is.EqualTo("\""), "an a would have to be followed by a b past the limit");
    }

    [Test]
    public void A_pattern_whose_automaton_explodes_is_worked_out_only_where_texts_go()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","pattern":"[ab]*a[ab]{40}c"}""");
        string text = string.Concat(Enumerable.Range(0, 300).Select(i => i * i % 7 < 3 ? 'a' : 'b'));
        Assert.That(constraint.Admits($"\"{text}a{text[..40]}c\""));
        Assert.That(constraint.Admits($"\"{text}\""), Is.False);
    }
}
