using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools.Tests;

public sealed class WorkspaceTests
{
    [TestCase("../secret.txt")]
    [TestCase("a/../../secret.txt")]
    [TestCase("../../../main.py")]
    [TestCase("../ws-evil/x.txt")]
    [TestCase("/etc/passwd")]
    [TestCase("//etc/passwd")]
    [TestCase("\\\\server\\share\\x")]
    [TestCase("..\\secret.txt")]
    [TestCase("C:\\secret.txt")]
    [TestCase("C:secret.txt")]
    [TestCase("a/.. /secret.txt")]
    [TestCase("notes.txt:stream")]
    [TestCase("a\0b")]
    [TestCase("a\nb")]
    [TestCase("")]
    [TestCase(".")]
    [TestCase("./")]
    public void Paths_that_lead_out_or_nowhere_are_refused(string path)
    {
        using ToolBench bench = new();
        File.WriteAllText(Path.Combine(bench.Outside, "secret.txt"), "secret");
        Directory.CreateDirectory(Path.Combine(bench.Outside, "ws-evil"));
        File.WriteAllText(Path.Combine(bench.Outside, "ws-evil", "x.txt"), "secret");
        Assert.That(() => bench.Workspace.Resolve(path), Throws.InstanceOf<ToolException>());
        foreach (string tool in (string[])["read_file", "count", "summarize", "query_csv"])
        {
            Assert.That(() => bench.Call(tool, ("path", path), ("unit", "lines"), ("aggregate", "count")), Throws.InstanceOf<ToolException>(), tool);
        }

        Assert.That(() => bench.Call("write_file", ("path", path), ("text", "x")), Throws.InstanceOf<ToolException>());
        Assert.That(File.ReadAllText(Path.Combine(bench.Outside, "secret.txt")), Is.EqualTo("secret"));
    }

    [Test]
    public void Links_are_not_followed()
    {
        using ToolBench bench = new(("inside/a.txt", "inside"));
        string secret = Path.Combine(bench.Outside, "secret");
        Directory.CreateDirectory(secret);
        File.WriteAllText(Path.Combine(secret, "s.txt"), "secret");
        File.CreateSymbolicLink(Path.Combine(bench.Root, "file.txt"), Path.Combine(secret, "s.txt"));
        Directory.CreateSymbolicLink(Path.Combine(bench.Root, "folder"), secret);
        File.CreateSymbolicLink(Path.Combine(bench.Root, "dangling.txt"), Path.Combine(secret, "new.txt"));
        foreach (string path in (string[])["file.txt", "folder/s.txt", "folder/new.txt", "dangling.txt"])
        {
            Assert.That(() => bench.Call("read_file", ("path", path)), Throws.InstanceOf<ToolException>().With.Message.Contains("link"), path);
            Assert.That(() => bench.Call("write_file", ("path", path), ("text", "x")), Throws.InstanceOf<ToolException>().With.Message.Contains("link"), path);
        }

        Assert.That(bench.Call("list_files"), Is.EqualTo("inside/a.txt"));
        Assert.That(Directory.GetFiles(secret), Has.Length.EqualTo(1));
        Assert.That(bench.Call("search_files", ("text", "secret")), Is.Empty);
    }

    [Test]
    public void A_missing_file_names_what_there_is_nearest_first()
    {
        using ToolBench bench = new(("data.csv", "a"), ("report.txt", "b"), ("zebra.md", "c"));
        Assert.That(() => bench.Call("read_file", ("path", "repot.txt")), Throws.InstanceOf<ToolException>().With.Message.EqualTo("No file 'repot.txt'. Files: report.txt, zebra.md, data.csv"));
    }

    [Test]
    public void Only_text_of_a_bearable_size_is_read()
    {
        using ToolBench bench = new(("big.txt", new string('x', 200)), ("binary.bin", "a\0b"), ("mark.txt", "\uFEFFtext"));
        Workspace small = Workspace.Open(bench.Root, new WorkspaceOptions { MaxBytes = 100 });
        Assert.That(async () => await small.ReadAsync("big.txt"), Throws.InstanceOf<ToolException>().With.Message.Contains("100 bytes"));
        Assert.That(async () => await small.ReadAsync("binary.bin"), Throws.InstanceOf<ToolException>().With.Message.Contains("not a text file"));
        Assert.That(async () => await small.ReadAsync("mark.txt"), Is.EqualTo("text"));
    }

    [Test]
    public void A_workspace_is_an_existing_folder()
    {
        using ToolBench bench = new(("a.txt", ""));
        Assert.That(() => Workspace.Open(Path.Combine(bench.Root, "a.txt")), Throws.InstanceOf<ToolException>().With.Message.Contains("is a file"));
        Assert.That(() => Workspace.Open(Path.Combine(bench.Root, "none")), Throws.InstanceOf<ToolException>().With.Message.Contains("does not exist"));
    }

    [TestCase("write_file", """{"path":"old.txt","text":"x"}""", ActionPermission.Ask)]
    [TestCase("write_file", """{"path":"new.txt","text":"x"}""", ActionPermission.Allow)]
    [TestCase("append_file", """{"path":"old.txt","text":"x"}""", ActionPermission.Allow)]
    [TestCase("copy_file", """{"path":"old.txt","to":"old.txt"}""", ActionPermission.Allow)]
    [TestCase("copy_file", """{"path":"old.txt","to":"new.txt"}""", ActionPermission.Allow)]
    [TestCase("write_file", """{"path":"../x.txt","text":"x"}""", ActionPermission.Deny)]
    [TestCase("write_file", """{"path":7,"text":"x"}""", ActionPermission.Ask)]
    [TestCase("append_file", """{"path":"../x.txt","text":"x"}""", ActionPermission.Deny)]
    [TestCase("copy_file", """{"path":"../x.txt","to":"new.txt"}""", ActionPermission.Deny)]
    [TestCase("copy_file", """{"path":"old.txt","to":"/tmp/new.txt"}""", ActionPermission.Deny)]
    [TestCase("read_file", """{"path":"../x.txt"}""", ActionPermission.Deny)]
    [TestCase("query_csv", """{"path":"C:x.csv"}""", ActionPermission.Deny)]
    [TestCase("count", """{"path":"/etc/passwd","unit":"lines"}""", ActionPermission.Deny)]
    [TestCase("concat", """{"paths":["old.txt","../x.txt"]}""", ActionPermission.Deny)]
    [TestCase("concat", """{"texts":["../x.txt","y"]}""", ActionPermission.Allow)]
    [TestCase("finish", """{"answer":"../x.txt"}""", ActionPermission.Allow)]
    [TestCase("read_file", """{"path":null}""", ActionPermission.Allow)]
    [TestCase("read_file", """{"path":"old.txt"}""", ActionPermission.Allow)]
    [TestCase("send_mail", """{"to":"x"}""", ActionPermission.Abstain)]
    public async Task The_guard_asks_before_content_is_replaced_and_refuses_what_leads_out(string tool, string arguments, ActionPermission expected)
    {
        using ToolBench bench = new(("old.txt", "content"), ("7", "content"));
        ActionDecision decision = await new WorkspaceGuard(bench.Workspace).DecideAsync(new ActionRequest("run", 1, tool, JsonNode.Parse(arguments)!.AsObject()));
        Assert.That(decision.Permission, Is.EqualTo(expected));
    }

    [Test]
    public void Every_form_is_a_part_of_its_schema()
    {
        using ToolBench bench = new();
        Assert.That(bench.Tools.Select(tool => tool.Name), Is.EquivalentTo(WorkspaceTools.Names));
        foreach (Microsoft.Extensions.AI.AIFunction tool in bench.Tools)
        {
            HashSet<string> parameters = [.. tool.JsonSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
            string[] required = [.. tool.JsonSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!)];
            JsonArray forms = (JsonArray)tool.AdditionalProperties["x-forms"]!;
            Assert.That(forms, Is.Not.Empty, tool.Name);
            foreach (JsonNode? form in forms)
            {
                string[] names = [.. form!["properties"]!.AsObject().Select(property => property.Key)];
                Assert.That(names, Is.SubsetOf(parameters), tool.Name);
                Assert.That(required, Is.SubsetOf(names), tool.Name);
                Assert.That(form["required"]!.AsArray().Select(name => (string)name!), Is.EqualTo(names), tool.Name);
            }

            Assert.That(forms.Select(form => form!.ToJsonString()), Is.Unique, tool.Name);
        }
    }
}
