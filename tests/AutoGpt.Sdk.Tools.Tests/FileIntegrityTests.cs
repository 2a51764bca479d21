using System.Text;

namespace AutoGpt.Sdk.Tools.Tests;

public sealed class FileIntegrityTests
{
    private static readonly byte[] s_latin1 = Encoding.Latin1.GetBytes("Müller\n");

    [Test]
    public void A_file_in_another_encoding_is_told_and_left_as_it_is()
    {
        using ToolBench bench = new(("good.txt", "Müller"));
        string old = Path.Combine(bench.Root, "old.txt");
        File.WriteAllBytes(old, s_latin1);
        foreach (string tool in (string[])["read_file", "append_file", "change_case"])
        {
            (string, object?)[] more = tool switch { "append_file" => [("text", "x")], "change_case" => [("to", "upper")], _ => [] };
            Assert.That(() => bench.Call(tool, [("path", "old.txt"), .. more]), Throws.InstanceOf<ToolException>().With.Message.EqualTo("The file 'old.txt' is not a text file in UTF-8."), tool);
        }

        Assert.That(File.ReadAllBytes(old), Is.EqualTo(s_latin1));
        Assert.That(bench.Call("search_files", ("text", "ller")), Is.EqualTo("good.txt:1: Müller"));
    }

    [Test]
    public void A_copy_has_the_very_bytes()
    {
        using ToolBench bench = new();
        byte[] marked = [.. Encoding.UTF8.Preamble, .. "é\r\n"u8];
        foreach (byte[] bytes in (byte[][])[s_latin1, marked, [0, 255], []])
        {
            File.WriteAllBytes(Path.Combine(bench.Root, "from"), bytes);
            bench.Call("copy_file", ("path", "from"), ("to", "to"));
            Assert.That(File.ReadAllBytes(Path.Combine(bench.Root, "to")), Is.EqualTo(bytes));
        }
    }

    [TestCase("", "x\n")]
    [TestCase("é", "é\nx\n")]
    [TestCase("é\r\n", "é\r\nx\n")]
    public void Appending_keeps_a_byte_order_mark(string before, string after)
    {
        using ToolBench bench = new();
        string path = Path.Combine(bench.Root, "marked.txt");
        File.WriteAllBytes(path, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(before)]);
        bench.Call("append_file", ("path", "marked.txt"), ("text", "x"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo((byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(after)]));
    }

    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    [Platform("Linux,MacOsX")]
    public void A_file_that_is_replaced_keeps_its_mode(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using ToolBench bench = new(("run.sh", "old"), ("other.txt", "other"));
        string path = Path.Combine(bench.Root, "run.sh");
        File.SetUnixFileMode(path, mode);
        bench.Call("write_file", ("path", "run.sh"), ("text", "new"));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(mode));
        bench.Call("append_file", ("path", "run.sh"), ("text", "more"));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(mode));
        bench.Call("copy_file", ("path", "other.txt"), ("to", "run.sh"));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(mode));
        Assert.That(bench.File1("run.sh"), Is.EqualTo("other"));
    }

    [Test]
    public async Task A_write_that_is_cancelled_while_it_goes_on_leaves_the_old_file()
    {
        using ToolBench bench = new(("old.txt", "old"));
        string large = new('x', 16 << 20);
        bool cancelled = false;
        // A write may be over before it is seen; one of several is caught in the act.
        for (int attempt = 0; attempt < 50 && !cancelled; attempt++)
        {
            using CancellationTokenSource stop = new();
            File.WriteAllText(Path.Combine(bench.Root, "old.txt"), "old");
            Task write = bench.Workspace.WriteAsync("old.txt", large, stop.Token);
            while (!write.IsCompleted && !Directory.EnumerateFiles(bench.Root, "*.tmp").Any(file => new FileInfo(file) is { Exists: true, Length: > 0 }))
            {
                Thread.Yield();
            }

            await stop.CancelAsync();
            try
            {
                await write;
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
                Assert.That(bench.File1("old.txt"), Is.EqualTo("old"));
            }

            Assert.That(Directory.GetFiles(bench.Root, "*.tmp"), Is.Empty);
        }

        Assert.That(cancelled, Is.True);
    }

    [Test]
    public void A_write_that_is_cancelled_before_it_begins_leaves_the_old_file()
    {
        using ToolBench bench = new(("old.txt", "old"));
        Assert.That(async () => await bench.Workspace.WriteAsync("old.txt", "new", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(bench.File1("old.txt"), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(bench.Root), Has.Length.EqualTo(1));
    }
}
