using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>Code on these pages is code that compiles: of the sample, or of <see cref="Snippets"/>.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Root = FindRoot();

    private static readonly string[] Sources =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "samples", "EmbeddedAgent"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Append(Path.Combine(Root, "tests", "AutoGpt.Sdk.IntegrationTests", "Documentation", "Snippets.cs"))
            .Select(file => Unindented(File.ReadAllText(file))),
    ];

    [TestCase("embedding.md", 5)]
    [TestCase("observability.md", 2)]
    public void Code_is_that_of_a_program(string page, int blocks)
    {
        string[] code = [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(Root, "docs", "concepts", page))).Select(match => Unindented(match.Groups[1].Value))];
        Assert.That(code, Has.Length.EqualTo(blocks));
        foreach (string block in code)
        {
            Assert.That(Sources, Has.Some.Contains(block));
        }
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AutoGpt.Sdk.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
