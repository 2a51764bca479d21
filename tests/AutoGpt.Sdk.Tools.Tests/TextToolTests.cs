namespace AutoGpt.Sdk.Tools.Tests;

public sealed class TextToolTests
{
    private const string Log = "Error: disk full\r\nok\r\nERROR: 2 retries\r\n\r\nok\r\n";

    [TestCase("lines", 5)]
    [TestCase("words", 8)]
    public void Counts(string unit, int expected)
    {
        using ToolBench bench = new(("app.log", Log));
        Assert.That(bench.Call("count", ("path", "app.log"), ("unit", unit)), Is.EqualTo(expected.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Test]
    public void Characters_are_code_points_and_occurrences_do_not_overlap()
    {
        using ToolBench bench = new();
        Assert.That(bench.Call("count", ("text", "a😀é"), ("unit", "characters")), Is.EqualTo("3"));
        Assert.That(bench.Call("count", ("text", "aaaa AA"), ("unit", "occurrences"), ("of", "aa")), Is.EqualTo("3"));
    }

    [Test]
    public void Finds_what_people_mean()
    {
        using ToolBench bench = new();
        const string text = "Mail anna@example.com, or b.c-d@mail.example.org. See (https://example.com/a?b=1), www.test.de/x. Pay 1,250.50 or -3 by 2026-03-31, 3 March 2026, March 5th, 2026 or 31.12.2025.";
        Assert.That(bench.Call("extract", ("text", text), ("kind", "emails")), Is.EqualTo("anna@example.com\nb.c-d@mail.example.org"));
        Assert.That(bench.Call("extract", ("text", text), ("kind", "urls")), Is.EqualTo("https://example.com/a?b=1\nwww.test.de/x"));
        Assert.That(bench.Call("extract", ("text", text), ("kind", "dates")), Is.EqualTo("2026-03-31\n3 March 2026\nMarch 5th, 2026\n31.12.2025"));
        Assert.That(bench.Call("extract", ("text", "Pay 1,250.50 or -3, 7"), ("kind", "numbers")), Is.EqualTo("1,250.50\n-3\n7"));
        Assert.That(bench.Call("extract", ("text", "a1 b22"), ("kind", "matches"), ("pattern", "[a-z]\\d+")), Is.EqualTo("a1\nb22"));
        Assert.That(() => bench.Call("extract", ("text", "x"), ("kind", "matches"), ("pattern", "(a)\\1")), Throws.InstanceOf<ToolException>().With.Message.Contains("not supported"));
        Assert.That(() => bench.Call("extract", ("text", "x"), ("kind", "matches"), ("pattern", "(")), Throws.InstanceOf<ToolException>());
    }

    [Test]
    public void Chooses_orders_and_changes_lines()
    {
        using ToolBench bench = new(("app.log", Log));
        Assert.That(bench.Call("filter_lines", ("path", "app.log"), ("containing", "error")), Is.EqualTo("Error: disk full\nERROR: 2 retries"));
        Assert.That(bench.Call("filter_lines", ("path", "app.log"), ("containing", "error"), ("exclude", true)), Is.EqualTo("ok\n\nok"));
        Assert.That(bench.Call("take_lines", ("path", "app.log"), ("from", "end"), ("lines", 2)), Is.EqualTo("\nok"));
        Assert.That(bench.Call("take_lines", ("text", "a\nb"), ("from", "start"), ("lines", "9")), Is.EqualTo("a\nb"));
        Assert.That(bench.Call("unique_lines", ("path", "app.log")), Is.EqualTo("Error: disk full\nok\nERROR: 2 retries\n"));
        Assert.That(bench.Call("sort_lines", ("text", "b\nA\nc")), Is.EqualTo("A\nb\nc"));
        Assert.That(bench.Call("sort_lines", ("text", "b 10\na 9\nx"), ("by", "number"), ("order", "descending")), Is.EqualTo("b 10\na 9\nx"));
        Assert.That(bench.Call("replace", ("text", "cat Cat cat"), ("find", "cat"), ("with", "dog")), Is.EqualTo("dog Cat dog"));
        Assert.That(bench.Call("change_case", ("text", "Straße 1"), ("to", "upper")), Is.EqualTo("STRASSE 1").Or.EqualTo("STRAßE 1"));
        Assert.That(bench.Call("concat", ("texts", (string[])["a\n", "b"])), Is.EqualTo("a\nb"));
    }

    [Test]
    public void A_summary_is_made_of_the_texts_own_sentences_in_their_order()
    {
        using ToolBench bench = new();
        const string text = "The importer fails on empty lines. Marketing wants pictures. The importer ignores the last line. Lunch was late.";
        string summary = bench.Call("summarize", ("text", text), ("sentences", 2));
        Assert.That(summary, Does.Contain("importer"));
        Assert.That(text.IndexOf(summary.Split(". ")[0], StringComparison.Ordinal), Is.GreaterThanOrEqualTo(0));
        Assert.That(summary.Count(character => character == '.'), Is.EqualTo(2));
        Assert.That(bench.Call("summarize", ("text", "今天下雨。我们在家。雨很大。"), ("sentences", 1)), Does.EndWith("。"));
        Assert.That(bench.Call("summarize", ("text", ""), ("sentences", 1)), Is.Empty);
    }

    [Test]
    public void Files_are_written_whole_and_appended_to_by_lines()
    {
        using ToolBench bench = new(("old.txt", "first"));
        Assert.That(bench.Call("write_file", ("path", "deep/new.txt"), ("text", "hello")), Is.EqualTo("deep/new.txt"));
        bench.Call("append_file", ("path", "old.txt"), ("text", "second"));
        bench.Call("append_file", ("path", "made.txt"), ("text", "only"));
        bench.Call("copy_file", ("path", "old.txt"), ("to", "copy.txt"));
        Assert.That(bench.File1("deep/new.txt"), Is.EqualTo("hello\n"));
        Assert.That(bench.File1("copy.txt"), Is.EqualTo("first\nsecond\n"));
        Assert.That(bench.Call("list_files", ("pattern", "*.txt")), Is.EqualTo("copy.txt\ndeep/new.txt\nmade.txt\nold.txt"));
        Assert.That(bench.Call("list_files", ("pattern", "deep/*")), Is.EqualTo("deep/new.txt"));
        Assert.That(bench.Call("search_files", ("text", "FIRST"), ("pattern", "c*.txt")), Is.EqualTo("copy.txt:1: first"));
        Assert.That(Directory.GetFiles(bench.Root, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("folder", "docs", null, "docs/a.md,docs/deep/b.MARKDOWN,docs/notes.txt")]
    [TestCase("folder", "./docs/deep/", null, "docs/deep/b.MARKDOWN")]
    [TestCase("folder", "DOCS", "txt", "docs/notes.txt")]
    [TestCase("folder", ".", "py", "src/run.py")]
    [TestCase("extension", "md", null, "docs/a.md")]
    [TestCase("extension", ".csv", null, "x.csv")]
    [TestCase("extension", "CSVs", null, "x.csv")]
    [TestCase("extension", "markdown", null, "docs/a.md,docs/deep/b.MARKDOWN")]
    [TestCase("extension", "pictures", null, "logo.svg,x.jpeg")]
    [TestCase("extension", "exe", null, "")]
    public void Files_are_chosen_by_folder_and_kind(string parameter, string value, string? extension, string files)
    {
        using ToolBench bench = new(
            ("docs/a.md", "one"), ("docs/deep/b.MARKDOWN", "one"), ("docs/notes.txt", "two"), ("docs2/a.doc", "one"), ("x.csv", "1"), ("x.jpeg", "1"), ("logo.svg", "1"), ("src/run.py", "1"));
        (string, object?)[] arguments = extension is null ? [(parameter, value)] : [(parameter, value), ("extension", extension)];
        Assert.That(bench.Call("list_files", arguments).Replace('\n', ','), Is.EqualTo(files));
        Assert.That(bench.Call("search_files", [("text", "one"), .. arguments]).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(files.Split(',').Count(file => file.StartsWith("docs/", StringComparison.Ordinal) && !file.EndsWith("txt", StringComparison.Ordinal))));
    }

    [Test]
    public void A_folder_that_does_not_exist_is_answered_with_those_that_do()
    {
        using ToolBench bench = new(("reports/q1/a.txt", "x"), ("mail/b.txt", "y"));
        Assert.That(() => bench.Call("list_files", ("folder", "report")), Throws.InstanceOf<ToolException>().With.Message.EqualTo("No folder 'report'. Folders: reports, reports/q1, mail"));
        Assert.That(() => bench.Call("list_files", ("folder", "../etc")), Throws.InstanceOf<ToolException>().With.Message.Contains("No folder '../etc'"));
    }

    [Test]
    public void A_folder_without_such_files_has_none()
    {
        using ToolBench bench = new(("reports/a.txt", "x"));
        Directory.CreateDirectory(Path.Combine(bench.Root, "Empty", "inner"));
        Directory.CreateDirectory(Path.Combine(bench.Outside, "beside"));
        Directory.CreateSymbolicLink(Path.Combine(bench.Root, "link"), Path.Combine(bench.Outside, "beside"));
        Assert.That(bench.Call("list_files", ("folder", "empty")), Is.Empty);
        Assert.That(bench.Call("list_files", ("folder", "Empty/inner/")), Is.Empty);
        Assert.That(bench.Call("search_files", ("text", "x"), ("folder", "Empty")), Is.Empty);
        foreach (string folder in (string[])["../beside", "Empty/../../beside", "link"])
        {
            Assert.That(() => bench.Call("list_files", ("folder", folder)), Throws.InstanceOf<ToolException>().With.Message.StartsWith($"No folder '{folder}'. Folders: "));
        }
    }

    [Test]
    public void Arguments_that_do_not_fit_are_told_by_name()
    {
        using ToolBench bench = new(("a.txt", "x"));
        Assert.That(() => bench.Call("count", ("path", "a.txt"), ("text", "x"), ("unit", "lines")), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("either 'path'"));
        Assert.That(() => bench.Call("count", ("path", "a.txt")), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("'unit' is missing"));
        Assert.That(() => bench.Call("count", ("path", "a.txt"), ("unit", "pages")), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("lines, words"));
        Assert.That(() => bench.Call("read_file", ("path", "a.txt"), ("mode", "fast")), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("no parameter 'mode'"));
        Assert.That(() => bench.Call("take_lines", ("path", "a.txt"), ("from", "start"), ("lines", 0)), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("from 1 to 1000"));
        Assert.That(() => bench.Call("finish", ("answer", (string[])["1", "2", "3", "4", "5"])), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("1 to 4"));
    }
}
