using System.Diagnostics;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Tables of texts and their spans. <c>|</c> separates spans.</summary>
public class QuotedSpansTests
{
    [TestCase("Open report.txt.", "report.txt")]
    [TestCase("Sum data/sales.csv, then list *.log and **/*.md!", "data/sales.csv|*.log|**/*.md")]
    [TestCase("What is user.name in items[0].price of config.json?", "user.name|items[0].price|config.json")]
    [TestCase("the value of items[0], please", "items[0]")]
    [TestCase("copy (see notes/a.txt) to [b.txt] and {c.txt}", "notes/a.txt|b.txt|c.txt")]
    [TestCase("f(x).txt stays, so does list[3]", "f(x).txt|list[3]")]
    [TestCase("Read \"my notes.txt\" and 'old plans.md'.", "my notes.txt|notes.txt|old plans.md|plans.md")]
    [TestCase("Say “hello there” to `build.sh`", "build.sh")]
    [TestCase("report.txt's lines and Bob’s a.csv’s", "report.txt|a.csv")]
    [TestCase("a.txt,b.txt;c.txt", "a.txt,b.txt;c.txt|a.txt|b.txt|c.txt")]
    [TestCase("look in .gitignore and ./src/ or C:\\temp\\x", ".gitignore|./src/|./src|C:\\temp\\x")]
    [TestCase("Wait... what. Then? 3 apples", "")]
    [TestCase("https://example.org/a?b=c", "https://example.org/a?b=c")]
    [TestCase("data.csv—the one", "data.csv")]
    [TestCase("", "")]
    public void Paths(string text, string expected) => Check(text, SpanKind.Path, expected);

    [TestCase("12 and -3.5 and 1,250 or 1,250.75", "12|-3.5|1,250|1,250.75")]
    [TestCase("it costs $12.50, not €3", "$12.50|12.50|€3|3")]
    [TestCase("take 40% of 15 %", "40%|40|15 %|15")]
    [TestCase("between 5-3 and (7)", "5|3|7")]
    [TestCase("1,2,3", "1|2|3")]
    [TestCase("10km, 5GB, 2nd", "10|5|2")]
    [TestCase("file2.txt v3 x_4", "")]
    [TestCase("6e3 and .5", "6e3|.5")]
    [TestCase("+7 -$4", "+7|7|-$4|4")]
    [TestCase("$5, \"$12\", $0, $5% or $1,250", "5|12|$0|0|5%|$5%|$1,250|1,250")]
    [TestCase("twenty-five files in two weeks", "twenty-five|twenty|five|two")]
    [TestCase("a dozen eggs, an apple", "a dozen|dozen|a|an")]
    [TestCase("One hundred and five or three thousand", "One hundred and five|One hundred|One|hundred|five|three thousand|three|thousand")]
    [TestCase("someone often weighs tenfold", "")]
    [TestCase("ten, twenty", "ten|twenty")]
    public void Numbers(string text, string expected) => Check(text, SpanKind.Number, expected);

    [TestCase("from 2026-03-03 to 2026/4/5", "2026-03-03|2026/4/5")]
    [TestCase("on 3 March 2026, or March 3, 2026", "3 March 2026|March 3, 2026")]
    [TestCase("the 3rd of March 2026; Mar 3rd 2026; 1st Sept. 2025", "3rd of March 2026|Mar 3rd 2026|1st Sept. 2025")]
    [TestCase("03/04/2026 and 3.4.2026 and 31-12-1999", "03/04/2026|3.4.2026|31-12-1999")]
    [TestCase("at 2026-03-03T10:00", "2026-03-03")]
    [TestCase("today, tomorrow, next March, 2026", "March, 2026", false)]
    [TestCase("2026-13-01, 32 March 2026, 1.2.3, 12345-01-01", "")]
    public void Dates(string text, string expected, bool found = true)
    {
        if (found)
        {
            Check(text, SpanKind.Date, expected);
        }
        else
        {
            Assert.That(QuotedSpans.Find(text, SpanKind.Date), Is.Empty);
        }
    }

    [TestCase("Copy the file.", "Copy|the|file")]
    [TestCase("don't use read-me or snake_case", "don't|use|read-me|or|snake_case")]
    [TestCase("Bob's 25°C is 77 °F", "Bob's|Bob|25°C|25|°C|C|is|77|°F|F")]
    [TestCase("40% of C++ & R&D", "40%|40|%|of|C++|C|&|R&D|R|D")]
    [TestCase("say \"good day\" (now)", "say|good day|now")]
    [TestCase("notes.txt", "notes|txt")]
    [TestCase("10km", "10km|km")]
    [TestCase("naïve 漢字 e\u0301te", "naïve|漢字|e\u0301te")]
    [TestCase("- – … !", "")]
    [TestCase("pay $5 or \"$6\" or $7.50", "pay|5|$|or|7|50")]
    public void Words(string text, string expected) => Check(text, SpanKind.Word, expected);

    [TestCase("buy milk.", "buy|buy milk|milk")]
    [TestCase("say \"buy milk, now!\" twice", "say|buy milk, now!|twice")]
    [TestCase("‘one two’ and 'three four' or `five`", "one two|and|three four|or|five")]
    [TestCase("don't stop, the dogs' bowls", "don't|don't stop|don't stop, the|don't stop, the dogs|don't stop, the dogs' bowls|stop|stop, the|stop, the dogs|stop, the dogs' bowls|the|the dogs|the dogs' bowls|dogs|dogs' bowls|bowls")]
    [TestCase("(see a.txt) 40%", "see|see a.txt|see a.txt) 40%|a.txt|a.txt) 40%|40%")]
    [TestCase("one\ntwo", "one|two")]
    [TestCase("a - b", "a|a - b|b")]
    [TestCase("a 5\" pipe and a 6\" one", "a|a 5|a 5\" pipe|a 5\" pipe and|a 5\" pipe and a|a 5\" pipe and a 6|a 5\" pipe and a 6\" one|5|5\" pipe|5\" pipe and|5\" pipe and a|5\" pipe and a 6|5\" pipe and a 6\" one|pipe|pipe and|pipe and a|pipe and a 6|pipe and a 6\" one|and|and a|and a 6|and a 6\" one|a 6|a 6\" one|6|6\" one|one")]
    [TestCase("\"\" '' “ ”", "")]
    [TestCase("append \"$5\" or '$07' to it", "append|or|$07|to|to it|it")]
    [TestCase("search for $1, now", "search|search for|search for $1|search for $1, now|for|for $1|for $1, now|$1, now|now")]
    [TestCase("$12", "")]
    public void Texts(string text, string expected) => Check(text, SpanKind.Text, expected);

    [TestCase("list *.log and 'my notes.txt'", SpanKind.Path, "*.log", "my notes.txt")]
    [TestCase("look up items[0].price (in a.json)", SpanKind.Path, "items[0].price", "a.json")]
    [TestCase("what is in logs/old/ and in data/?", SpanKind.Path, "logs/old", "logs/old/", "data/")]
    [TestCase("what is in data/?", SpanKind.Span, "data", "data/")]
    [TestCase("convert 12 km, pay $1,250.50 or 40%", SpanKind.Number, "12", "$1,250.50", "1,250.50", "40%", "40")]
    [TestCase("two weeks, a month, twenty-five days", SpanKind.Number, "two", "a", "twenty-five")]
    [TestCase("what is (12.5 + 3)*4?", SpanKind.Expression, "(12.5 + 3)*4")]
    [TestCase("average the unit_price by city", SpanKind.Word, "unit_price", "city")]
    [TestCase("write \"hello, world\" to a.txt", SpanKind.Text, "hello, world")]
    [TestCase("don't count ‘x y’ twice", SpanKind.Text, "x y", "don't count", "don't")]
    [TestCase("show lines with disk full in app.log", SpanKind.Text, "disk full")]
    public void What_a_plan_quotes_is_among_the_spans(string text, SpanKind kind, params string[] expected) =>
        Assert.That(QuotedSpans.Find(text, kind), Is.SupersetOf(expected));

    [TestCase("write \"hello, world\" to a.txt", SpanKind.Text, "hello")]
    [TestCase("write \"hello, world\" to a.txt", SpanKind.Word, "world")]
    [TestCase("Sort data.csv, please.", SpanKind.Path, "data.csv,")]
    [TestCase("no numbers here", SpanKind.Number, "numbers")]
    [TestCase("append \"$5\" to notes.txt", SpanKind.Span, "$5")]
    public void Parts_of_a_span_are_none(string text, SpanKind kind, string wrong) => Assert.That(QuotedSpans.Find(text, kind), Does.Not.Contain(wrong));

    [Test]
    public void A_text_has_at_most_twelve_words()
    {
        string text = string.Join(' ', Enumerable.Range(1, 20).Select(i => $"w{i}"));
        IReadOnlyList<string> found = QuotedSpans.Find(text, SpanKind.Text);
        Assert.That(found.Max(s => s.Split(' ').Length), Is.EqualTo(12));
        Assert.That(found, Has.Count.EqualTo((20 * 12) - (11 * 12 / 2)));
    }

    [TestCase("what is (12.5+3)*4?", "(12.5+3)*4")]
    [TestCase("compute 12 * 3 - 4.", "12 * 3 - 4")]
    [TestCase("in 2024 (2+2) and 7", "(2+2)")]
    [TestCase("2^10, 7 % 3 and 6÷2×3", "2^10|7 % 3|6÷2×3")]
    [TestCase("-5+2 or ((1+2)/3", "-5+2|(1+2)/3")]
    [TestCase("1,250*3", "1,250*3")]
    [TestCase("42, file2+3, x-1, 15% of 80, 3 + x", "")]
    [TestCase("(7) and 5 - and +", "")]
    [TestCase("my calculator died - (72.3 * 65)?", "(72.3 * 65)")]
    [TestCase("- 5 + 2", "5 + 2")]
    public void Expressions(string text, string expected) => Check(text, SpanKind.Expression, expected);

    [Test]
    public void A_span_is_a_path_a_word_a_text_or_a_number()
    {
        const string text = "Put “old list.txt” (4 items over $62.07) into a/b.txt's place";
        IEnumerable<string> all = new[] { SpanKind.Path, SpanKind.Word, SpanKind.Text, SpanKind.Number }.SelectMany(k => QuotedSpans.Find(text, k)).Distinct();
        Assert.That(QuotedSpans.Find(text, SpanKind.Span), Is.EquivalentTo(all).And.Member("62.07"));
    }

    [TestCase("hello world", "hello", true)]
    [TestCase("hello world", "hello world", true)]
    [TestCase("hello world", "ello", false)]
    [TestCase("hello world", "hell", false)]
    [TestCase("hello world", "hello ", false)]
    [TestCase("hello world", " world", false)]
    [TestCase("hello world", "", false)]
    [TestCase("hello, world!", ", world!", true)]
    [TestCase("hello, world!", "hello,", true)]
    [TestCase("a.b", "a.", true)]
    [TestCase("(see\nnotes)", "(see\nnotes)", true)]
    [TestCase("hello", "hello world", false)]
    [TestCase("pay $5 now", "$5", false)]
    [TestCase("pay $5 now", "$5 now", true)]
    [TestCase("pay $5 now", "pay $5", true)]
    [TestCase("pay $5 now", "$", true)]
    [TestCase("$5km", "$5km", true)]
    public void Any_part_between_word_boundaries(string text, string span, bool expected) =>
        Assert.That(QuotedSpans.Contains(text, SpanKind.Any, span), Is.EqualTo(expected));

    [Test]
    public void Kinds_have_names_and_any_cannot_be_listed()
    {
        Assert.That(QuotedSpans.KindNames, Is.EquivalentTo(new[] { "any", "path", "number", "date", "word", "text", "span", "expression" }));
        Assert.That(QuotedSpans.TryParseKind("path", out SpanKind kind) && kind == SpanKind.Path);
        Assert.That(QuotedSpans.TryParseKind("Path", out _), Is.False);
        Assert.That(() => QuotedSpans.Find("a", SpanKind.Any), Throws.ArgumentException);
        Assert.That(() => QuotedSpans.Find("a", (SpanKind)99), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void What_is_found_is_contained_and_what_the_mask_admits_is_found([Values] SpanKind kind)
    {
        const string text = "Copy \"my \\\"notes.txt\" to C:\\b.txt, add 1,250+3 (due 3 March 2026):\n“say\thi” – don't, 40% of 漢字 😀 for $5 or '$6'!";
        JsonSchemaConstraint constraint = Masks.Compile($$"""{"type":"string","x-quotedFrom":["goal","none"],"x-quotedAs":"{{kind.ToString().ToLowerInvariant()}}"}""", ("goal", text));
        int admitted = 0;
        for (int start = 0; start < text.Length; start++)
        {
            for (int end = start; end <= text.Length; end++)
            {
                string part = text[start..end];
                if ((start > 0 && char.IsLowSurrogate(text[start])) || (end > 0 && end < text.Length && char.IsLowSurrogate(text[end])))
                {
                    continue;
                }

                bool expected = kind == SpanKind.Any ? QuotedSpans.Contains(text, kind, part) : QuotedSpans.Find(text, kind).Contains(part);
                Assert.That(QuotedSpans.Contains(text, kind, part), Is.EqualTo(expected), part);
                Assert.That(constraint.Admits(DocumentWriter.Quote(part)), Is.EqualTo(expected), part);
                admitted += expected ? 1 : 0;
            }
        }

        Assert.That(admitted, Is.GreaterThan(0));
    }

    [Test]
    public void Several_sections_may_be_quoted_but_not_across()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","x-quotedFrom":["goal","feedback"]}""", ("goal", "one two"), ("other", "no"), ("feedback", "three four"));
        foreach (string span in new[] { "one two", "three", "four" })
        {
            Assert.That(constraint.Admits($"\"{span}\""), span);
        }

        foreach (string span in new[] { "two three", "twothree", "no", "one two three" })
        {
            Assert.That(constraint.Admits($"\"{span}\""), Is.False, span);
        }
    }

    [Test]
    public void Length_limits_choose_among_spans()
    {
        foreach (string kind in new[] { "any", "text" })
        {
            JsonSchemaConstraint constraint = Masks.Compile($$"""{"type":"string","minLength":4,"maxLength":9,"x-quotedFrom":["goal"],"x-quotedAs":"{{kind}}"}""", ("goal", "one two three é😀"));
            Assert.That(new[] { "one", "one two", "one two three", "two three", "three", "three é😀", "é😀" }.Where(s => constraint.Admits($"\"{s}\"")),
                Is.EqualTo(new[] { "one two", "two three", "three", "three é😀" }), kind);
        }
    }

    [Test]
    public void A_long_source_takes_little_time_and_memory()
    {
        Random random = new(1);
        string text = string.Join(' ', Enumerable.Range(0, 1600).Select(_ => $"w{random.Next(300)}"));
        foreach (string source in new[] { text, string.Concat(Enumerable.Repeat("a ", 4000)) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","x-quotedFrom":["goal"]}""", ("goal", source));
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20), "8,000² would be 64 million");
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
            Assert.That(constraint.Admits(JsonSerializer.Serialize(source[..source.LastIndexOf(' ', 1999)])));
            Assert.That(constraint.Admits(JsonSerializer.Serialize(source[..source.IndexOf(' ', 2001)])), Is.False);
        }
    }

    [Test]
    public void A_source_full_of_references_can_be_quoted()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"string","x-quotedFrom":["goal"]}""", ("goal", string.Concat(Enumerable.Repeat("$5 ", 4000))));
        Assert.That(constraint.Admits("\"$5 $5\"") && !constraint.Admits("\"$5\""));
    }

    private static void Check(string text, SpanKind kind, string expected) =>
        Assert.That(QuotedSpans.Find(text, kind), Is.EquivalentTo(expected.Split('|', StringSplitOptions.RemoveEmptyEntries)));
}
