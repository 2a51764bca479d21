namespace AutoGpt.Sdk.Tools.Tests;

public sealed class BoundTests
{
    private static readonly WorkspaceOptions s_small = new() { MaxBytes = 20 };

    [Test]
    public void No_result_is_larger_than_a_file_may_be()
    {
        using ToolBench bench = new(s_small, ("a.txt", "0123456789\n"), ("b.txt", "0123456789\n"), ("wider.csv", "long_a,b\n1,2\n"));
        void TooLarge(string tool, params (string, object?)[] arguments) =>
            Assert.That(() => bench.Call(tool, arguments), Throws.InstanceOf<ToolException>().With.Message.EqualTo("The result is larger than 20 bytes."), tool);
        TooLarge("replace", ("text", "aaa"), ("find", "a"), ("with", "0123456789"));
        TooLarge("replace", ("path", "a.txt"), ("find", "0"), ("with", "éééééé"));
        TooLarge("concat", ("paths", (string[])["a.txt", "b.txt"]));
        TooLarge("list_files");
        TooLarge("search_files", ("text", "5"));
        TooLarge("query_csv", ("path", "wider.csv"), ("columns", (string[])["long_a", "b", "long_a", "b"]));
        TooLarge("finish", ("answer", (string[])["0123456789", "0123456789"]));
        TooLarge("compare", ("left", 1), ("right", 2), ("left_name", "something"), ("right_name", "else"));
        Assert.That(bench.Call("replace", ("text", "aa"), ("find", "a"), ("with", "0123456789")), Has.Length.EqualTo(20));
        Assert.That(bench.Call("change_case", ("text", "\"\"\"\"\"\"\"\"\"\""), ("to", "upper")), Has.Length.EqualTo(10));
    }

    [Test]
    public void A_replacement_that_would_fill_the_memory_is_not_begun()
    {
        using ToolBench bench = new();
        Assert.That(
            () => bench.Call("replace", ("text", new string('a', 100_000)), ("find", "a"), ("with", new string('b', 100_000))),
            Throws.InstanceOf<ToolException>().With.Message.Contains("larger than 16777216 bytes"));
    }

    [Test]
    public void No_file_is_written_that_could_not_be_read()
    {
        using ToolBench bench = new(s_small, ("a.txt", "0123456789"));
        Assert.That(() => bench.Call("write_file", ("path", "new.txt"), ("text", "ééééééééé12")), Throws.InstanceOf<ToolException>().With.Message.EqualTo("The file 'new.txt' is larger than 20 bytes."));
        Assert.That(() => bench.Call("append_file", ("path", "a.txt"), ("text", "123456789")), Throws.InstanceOf<ToolException>().With.Message.Contains("larger than 20 bytes"));
        Assert.That(bench.File1("a.txt"), Is.EqualTo("0123456789"));
        Assert.That(File.Exists(Path.Combine(bench.Root, "new.txt")), Is.False);
        bench.Call("append_file", ("path", "a.txt"), ("text", "12345678"));
        Assert.That(bench.Call("read_file", ("path", "a.txt")), Has.Length.EqualTo(20));
    }

    [TestCase(0, 1)]
    [TestCase(-1, 1)]
    [TestCase(1, 0)]
    public void Bounds_are_at_least_one(long bytes, int files)
    {
        using ToolBench bench = new();
        Assert.That(() => Workspace.Open(bench.Root, new WorkspaceOptions { MaxBytes = bytes, MaxFiles = files }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
