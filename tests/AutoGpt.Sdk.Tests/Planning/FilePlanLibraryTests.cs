using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class FilePlanLibraryTests
{
    [Test]
    public async Task A_file_written_by_hand_says_no_more_than_it_needs()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "a.plan.json"), """{"name":"a","plan":{"steps":[{"number":1,"tool":"t","arguments":{}},{"number":2,"tool":"t","arguments":{}}]}}""");
        PlanTemplate template = (await new FilePlanLibrary(folder).FindAsync("a"))!;
        Directory.Delete(folder, recursive: true);
        AgentResult result = await Runs.Agent(new ScriptedPlanner(), [new TestTool("t")]).RunAsync("goal", new AgentRunOptions { Plan = template.Bind(new Dictionary<string, string>()) });
        Assert.That((result.Status, result.Reason), Is.EqualTo((AgentStatus.Succeeded, (string?)null)));
    }

    [Test]
    public async Task What_is_removed_while_all_are_listed_is_left_out()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        FilePlanLibrary library = new(folder);
        foreach (string name in new[] { "a", "b", "c" })
        {
            await library.SaveAsync(PlanLibraryTests.Template(name, "x"));
        }

        List<string> listed = [];
        await foreach (PlanTemplate template in library.ListAsync())
        {
            listed.Add(template.Name);
            await new FilePlanLibrary(folder).RemoveAsync("b");
        }

        Directory.Delete(folder, recursive: true);
        Assert.That(listed, Is.EqualTo(["a", "c"]));
    }

    [Test]
    public async Task A_file_that_is_broken_is_named()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        FilePlanLibrary library = new(folder);
        await library.SaveAsync(PlanLibraryTests.Template("a", "x"));
        string file = Directory.GetFiles(folder).Single();
        string good = await File.ReadAllTextAsync(file);
        foreach (string bad in new[] { "", "{", "null", "{}", """{"name":"a"}""", good.Replace("\"a\"", "\"b\"", StringComparison.Ordinal), good.Replace("{{file}}", "x", StringComparison.Ordinal) })
        {
            await File.WriteAllTextAsync(file, bad);
            Assert.That(async () => await library.FindAsync("a"), Throws.InstanceOf<AutoGptException>().With.Message.Contains("a.plan.json"), bad);
        }

        Directory.Delete(folder, recursive: true);
    }
}
