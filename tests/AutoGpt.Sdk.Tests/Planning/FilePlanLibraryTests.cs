namespace AutoGpt.Sdk.Tests;

public sealed class FilePlanLibraryTests
{
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
