using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools.Tests;

/// <summary>Adding a text to a file with a key, which two calls may share when a process ended between them.</summary>
public sealed class AppendTests
{
    [TestCase("old.txt", "one\n", "one\ntwo\n")]
    [TestCase("unended.txt", "one", "one\ntwo\n")]
    [TestCase("new.txt", null, "two\n")]
    public async Task One_key_adds_once_and_another_adds_again(string file, string? before, string after)
    {
        using ToolBench bench = before is null ? new() : new((file, before));
        await AppendAsync(bench, "run/1/2", file);
        Assert.That(bench.File1(file), Is.EqualTo(after));
        await AppendAsync(bench, "run/1/2", file);
        Assert.That(bench.File1(file), Is.EqualTo(after));
        await AppendAsync(bench, "run/2/2", file);
        await AppendAsync(bench, key: null, file);
        Assert.That(bench.File1(file), Is.EqualTo(after + "two\ntwo\n"));
    }

    [Test]
    public async Task What_was_recorded_and_not_done_is_done_now()
    {
        using ToolBench bench = new(("a.txt", "one\n"));
        await AppendAsync(bench, "key", "a.txt");
        File.WriteAllText(Path.Combine(bench.Root, "a.txt"), "one\n"); // As if the process had ended before the file was replaced.
        await AppendAsync(bench, "key", "a.txt");
        Assert.That(bench.File1("a.txt"), Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task Where_nobody_can_tell_nothing_is_added()
    {
        using ToolBench bench = new(("a.txt", "one\n"));
        await AppendAsync(bench, "key", "a.txt");
        File.WriteAllText(Path.Combine(bench.Root, "a.txt"), "one\ntwo\nthree\n");
        Assert.That(() => AppendAsync(bench, "key", "a.txt"), Throws.InstanceOf<ToolException>().With.Message.Contains("'a.txt' was changed"));
        Assert.That(bench.File1("a.txt"), Is.EqualTo("one\ntwo\nthree\n"));
    }

    [Test]
    public async Task The_records_are_nobodys_business()
    {
        using ToolBench bench = new(("a.txt", "one\n"));
        await AppendAsync(bench, "key", "a.txt");
        string record = Directory.GetFiles(Path.Combine(bench.Root, ".autogpt", "appends")).Single();
        Assert.That(bench.Call("list_files"), Is.EqualTo("a.txt"));
        Assert.That(bench.Call("search_files", ("text", "before")), Is.Empty);
        foreach (string path in (string[])[".autogpt/appends/" + Path.GetFileName(record), ".AutoGpt/x.txt", "./.autogpt/x.txt", ".autogpt./x.txt", ".autogpt /x.txt"])
        {
            Assert.That(() => bench.Call("read_file", ("path", path)), Throws.InstanceOf<ToolException>().With.Message.Contains("belongs to the tools"));
            Assert.That(() => bench.Call("write_file", ("path", path), ("text", "x")), Throws.InstanceOf<ToolException>().With.Message.Contains("belongs to the tools"));
        }

        string others = Path.Combine(Path.GetDirectoryName(record)!, "notes.json");
        File.WriteAllText(others, "{}");
        File.SetLastWriteTimeUtc(others, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(record, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await AppendAsync(bench, "other", "a.txt");
        Assert.That(File.Exists(record), Is.False, "old records are forgotten");
        Assert.That(File.Exists(others), Is.True, "and nothing else");
    }

    [TestCase(".autogpt")]
    [TestCase(".autogpt/appends")]
    [Platform("Linux,MacOsX")]
    public void A_link_in_the_place_of_the_records_leads_nowhere(string place)
    {
        using ToolBench bench = new(("a.txt", "one\n"));
        string outside = Directory.CreateDirectory(Path.Combine(bench.Outside, "outside", "appends")).FullName;
        string precious = Path.Combine(outside, new string('a', 64) + ".json");
        File.WriteAllText(precious, "{}");
        File.SetLastWriteTimeUtc(precious, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        string link = Path.Combine(bench.Root, place);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Directory.CreateSymbolicLink(link, place == ".autogpt" ? Path.GetDirectoryName(outside)! : outside);
        Assert.That(() => AppendAsync(bench, "key", "a.txt"), Throws.InstanceOf<ToolException>().With.Message.Contains("link"));
        Assert.That(Directory.GetFiles(outside), Is.EqualTo([precious]));
        Assert.That(bench.File1("a.txt"), Is.EqualTo("one\n"));
    }

    [Test]
    public async Task What_is_there_already_needs_no_room()
    {
        using ToolBench bench = new(new WorkspaceOptions { MaxBytes = 8 }, ("a.txt", "one\n"));
        await AppendAsync(bench, "key", "a.txt");
        await AppendAsync(bench, "key", "a.txt");
        Assert.That(bench.File1("a.txt"), Is.EqualTo("one\ntwo\n"));
        Assert.That(() => AppendAsync(bench, "other", "a.txt"), Throws.InstanceOf<ToolException>().With.Message.Contains("larger"));
    }

    [Test]
    public void Only_the_tools_that_can_be_called_twice_say_so()
    {
        using ToolBench bench = new();
        string[] Declaring(string hint) => [.. bench.Tools.Where(tool => tool.AdditionalProperties[hint] is true).Select(tool => tool.Name)];
        Assert.That(Declaring(ToolHints.TakesIdempotencyKey), Is.EqualTo(["append_file"]));
        Assert.That(bench.Tools.Select(tool => tool.Name).Except(Declaring(ToolHints.Idempotent)), Is.EqualTo(["append_file"]));
        Assert.That(bench.Tools.Select(tool => tool.Name).Except(Declaring(ToolHints.ReadOnly)), Is.EquivalentTo(["write_file", "append_file", "copy_file"]));
    }

    [TestCase("write_file", """{"path":"a.txt","text":"one"}""", ActionPermission.Allow)]
    [TestCase("write_file", """{"path":"a.txt","text":"one\n"}""", ActionPermission.Allow)]
    [TestCase("write_file", """{"path":"a.txt","text":"two"}""", ActionPermission.Ask)]
    [TestCase("copy_file", """{"path":"same.txt","to":"a.txt"}""", ActionPermission.Allow)]
    [TestCase("copy_file", """{"path":"other.txt","to":"a.txt"}""", ActionPermission.Ask)]
    [TestCase("copy_file", """{"path":"missing.txt","to":"a.txt"}""", ActionPermission.Ask)]
    public async Task Writing_what_is_there_already_needs_no_leave(string tool, string arguments, ActionPermission expected)
    {
        using ToolBench bench = new(("a.txt", "one\n"), ("same.txt", "one\n"), ("other.txt", "two\n"));
        ActionDecision decision = await new WorkspaceGuard(bench.Workspace).DecideAsync(new ActionRequest("run", 1, tool, JsonNode.Parse(arguments)!.AsObject()));
        Assert.That(decision.Permission, Is.EqualTo(expected));
    }

    private static async Task AppendAsync(ToolBench bench, string? key, string file)
    {
        AIFunctionArguments arguments = new() { ["path"] = file, ["text"] = "two" };
        if (key is not null)
        {
            arguments.SetIdempotencyKey(key);
        }

        await bench.Tools.Single(tool => tool.Name == "append_file").InvokeAsync(arguments);
    }
}
