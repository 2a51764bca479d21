using System.Xml.Linq;

namespace AutoGpt.Sdk.Tests;

/// <summary>References between projects point one way: an app downloads what it uses and nothing else.</summary>
public sealed class ProjectReferenceTests
{
    /// <summary>What each project may reference, from the design. A new project is added here on purpose.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["AutoGpt.Sdk.Abstractions"] = [],
        ["AutoGpt.Sdk"] = ["AutoGpt.Sdk.Abstractions"],
        ["AutoGpt.Sdk.Tools"] = ["AutoGpt.Sdk.Abstractions"],
        ["AutoGpt.Sdk.Kernels"] = [],
        ["AutoGpt.Sdk.Models"] = ["AutoGpt.Sdk.Abstractions", "AutoGpt.Sdk.Kernels"],
        ["AutoGpt.Sdk.Models.Torch"] = ["AutoGpt.Sdk.Models"],
        ["AutoGpt.Sdk.Models.Mini"] = ["AutoGpt.Sdk.Models"],
        ["AutoGpt.Sdk.AutoML"] = ["AutoGpt.Sdk.Abstractions"],
        ["AutoGpt.Sdk.Training"] = ["AutoGpt.Sdk.Models.Torch", "AutoGpt.Sdk.AutoML"],
        ["AutoGpt.Sdk.Sqlite"] = ["AutoGpt.Sdk.Abstractions", "AutoGpt.Sdk.AutoML"],
        ["AutoGpt.Sdk.Testing"] = ["AutoGpt.Sdk.Abstractions"],
    };

    private static readonly string[] MayUseTorch = ["AutoGpt.Sdk.Models.Torch", "AutoGpt.Sdk.Training"];
    private static readonly string Source = Path.Combine(Root(), "src");

    private static IEnumerable<string> Projects() =>
        Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Projects))]
    public void References_are_those_of_the_design(string project)
    {
        Assert.That(Allowed, Contains.Key(project), "every project under src has its place in the design");
        string[] references = [.. Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];
        Assert.That(references, Is.SubsetOf(Closure(project)));
    }

    [TestCaseSource(nameof(Projects))]
    public void TorchSharp_stays_where_it_is_needed(string project)
    {
        bool torch = Items(project, "PackageReference").Any(package => package.StartsWith("TorchSharp", StringComparison.Ordinal));
        Assert.That(torch, Is.False.Or.EqualTo(MayUseTorch.Contains(project)));
        Assert.That(Items(project, "PackageReference"), Has.None.StartsWith("TorchSharp-").And.None.StartsWith("libtorch"), "the app picks the native package");
    }

    [Test]
    public void The_agent_does_not_know_the_models()
    {
        Assert.That(Closure("AutoGpt.Sdk"), Has.None.Contains("Models"));
        Assert.That(Closure("AutoGpt.Sdk.Models"), Has.None.Contains("Torch").And.None.EqualTo("AutoGpt.Sdk"));
        Assert.That(typeof(AutonomousAgent).Assembly.GetReferencedAssemblies().Select(name => name.Name),
            Has.None.Contains("Models").And.None.Contains("Torch").And.Some.EqualTo("AutoGpt.Sdk.Abstractions"));
    }

    private static HashSet<string> Closure(string project)
    {
        HashSet<string> found = [];
        Queue<string> open = new(Allowed[project]);
        while (open.TryDequeue(out string? next))
        {
            if (found.Add(next))
            {
                Array.ForEach(Allowed[next], open.Enqueue);
            }
        }

        return found;
    }

    private static string[] Items(string project, string kind) =>
        [.. XDocument.Load(Path.Combine(Source, project, project + ".csproj")).Descendants(kind).Select(item => (string)item.Attribute("Include")!)];

    internal static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AutoGpt.Sdk.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
