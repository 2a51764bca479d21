namespace AutoGpt.Sdk.Tools.Tests;

/// <summary>
/// Paths that try to leave the workspace, by grammar: what leads up or out × separators × ways to write them × depth × target, and links at every place. The judge is the file system itself: what is
/// outside holds a word that nothing inside holds, and no tool may bring it back or leave anything there.
/// </summary>
public sealed class TraversalTests
{
    private const string Secret = "canary-7f3a";

    private static readonly string[] Up = ["..", "...", ". .", ".. ", " ..", "..;", "..\t", "%2e%2e", "%252e%252e", "．．", "‥", "..\u0000", "..\u200b", "./..", ".//..", "x/../..", "a/b/../../.."];
    private static readonly string[] Separators = ["/", "\\", "//", "\\\\", "/./", "%2f", "%5c", "/\\", "∕", "⁄"];
    private static readonly string[] Beginnings = ["", "/", "\\", "./", "//", "~/", "C:\\", "c:/", "\\\\server\\share\\", "\\\\?\\", "file:///", "sub/", "sub\\", "$HOME/", "${HOME}/", "%HOME%/"];
    private static readonly string[] Targets = ["secret.txt", "outside/secret.txt", "outside\\secret.txt", "ws2/secret.txt", "secret.txt:stream", "secret.txt/", "secret.txt\u0000.md"];

    [Test]
    public void No_path_leads_out()
    {
        using ToolBench bench = new(("inside.txt", "inside\n"), ("sub/deep.txt", "deep\n"));
        string[] outside = Outside(bench);
        HashSet<string> tried = [];
        int refused = 0;
        foreach (string path in Paths(bench).Where(tried.Add))
        {
            refused += Attack(bench, path) ? 0 : 1;
        }

        TestContext.Out.WriteLine($"{tried.Count} paths, {refused} refused");
        Assert.That(tried, Has.Count.GreaterThan(10_000));
        Assert.That(refused, Is.GreaterThan(tried.Count / 2), "most of them are refused, the others are odd names for files inside");
        AssertUntouched(bench, outside);
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void No_link_leads_out()
    {
        using ToolBench bench = new(("inside.txt", "inside\n"));
        string[] outside = Outside(bench);
        Random random = new(3);
        int links = 0;
        for (int each = 0; each < 300; each++)
        {
            string folder = string.Join('/', Enumerable.Range(0, random.Next(4)).Select(_ => "d" + random.Next(3)));
            string full = Path.Combine(bench.Root, folder);
            if (Directory.Exists(full) && new DirectoryInfo(full).LinkTarget is not null)
            {
                continue;
            }

            try
            {
                Directory.CreateDirectory(full);
                string name = (random.Next(2) == 0 ? "f" : "d") + each;
                string target = random.Next(4) switch { 0 => bench.Outside, 1 => Path.Combine(bench.Outside, "outside"), 2 => Path.Combine(bench.Outside, "secret.txt"), _ => "../../../outside/secret.txt" };
                if (random.Next(2) == 0)
                {
                    File.CreateSymbolicLink(Path.Combine(full, name), target);
                }
                else
                {
                    Directory.CreateSymbolicLink(Path.Combine(full, name), target);
                }

                links++;
                foreach (string path in (string[])[$"{folder}/{name}".TrimStart('/'), $"{folder}/{name}/secret.txt".TrimStart('/'), $"{folder}/{name}/outside/secret.txt".TrimStart('/'), $"{folder}/{name}/new.txt".TrimStart('/')])
                {
                    Assert.That(Attack(bench, path), Is.False, path);
                }
            }
            catch (IOException)
            {
                // A link lies on the way already.
            }
        }

        Assert.That(links, Is.GreaterThan(200));
        Assert.That(bench.Call("list_files"), Is.EqualTo("inside.txt"));
        Assert.That(bench.Call("search_files", ("text", Secret)), Is.Empty);
        AssertUntouched(bench, outside);
    }

    [Test]
    public void Honest_names_are_taken()
    {
        using ToolBench bench = new();
        string[] parts = ["a", "a.b", "..a", "a..", "...a", ".hidden", "with space", "naïve", "漢字", "😀", "a-b_c", "a~1", "%2e%2e", "100%", "a'b", "a&b", "(1)", "[x]", "{y}", "#1", "a+b", "a,b", "a=b", "@x", "$x", "!x", "a;b"];
        Random random = new(5);
        HashSet<string> names = [];
        while (names.Count < 10_000)
        {
            names.Add(string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)])) + random.Next(1000) + ".txt");
        }

        int refused = 0;
        foreach (string name in names)
        {
            try
            {
                string full = bench.Workspace.Resolve(name);
                Assert.That(Path.GetFullPath(full), Is.EqualTo(Path.Combine([bench.Root, .. name.Split('/')])));
            }
            catch (ToolException exception)
            {
                TestContext.Out.WriteLine($"{name}: {exception.Message}");
                refused++;
            }
        }

        Assert.That(refused, Is.Zero);
        foreach (string name in names.Take(300))
        {
            bench.Call("write_file", ("path", name), ("text", name));
            Assert.That(bench.Call("read_file", ("path", name)).TrimEnd('\n'), Is.EqualTo(name));
        }
    }

    private static IEnumerable<string> Paths(ToolBench bench)
    {
        foreach (string beginning in Beginnings)
        {
            foreach (string separator in Separators)
            {
                foreach (string up in Up)
                {
                    foreach (int depth in (int[])[0, 1, 2, 5])
                    {
                        foreach (string target in Targets.Append(Path.Combine(bench.Outside, "secret.txt")))
                        {
                            yield return beginning + string.Concat(Enumerable.Repeat(up + separator, depth)) + target;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Whether any of the tools took the path; none may give the secret away.</summary>
    private static bool Attack(ToolBench bench, string path)
    {
        bool taken = false;
        try
        {
            string full = Path.GetFullPath(bench.Workspace.Resolve(path));
            taken = true;
            Assert.That(full, Does.StartWith(bench.Root + Path.DirectorySeparatorChar), path);
        }
        catch (ToolException)
        {
            // Refused: so must the tools do.
        }

        foreach ((string tool, (string, object?)[] arguments) in ((string, (string, object?)[])[])
            [("read_file", [("path", path)]), ("copy_file", [("path", path), ("to", "copied.txt")])])
        {
            try
            {
                Assert.That(bench.Call(tool, arguments), Does.Not.Contain(Secret), path);
                Assert.That(bench.File1("copied.txt"), Does.Not.Contain(Secret), path);
                taken = true;
            }
            catch (Exception exception) when (exception is ToolException or FileNotFoundException)
            {
                Assert.That(exception.Message, Does.Not.Contain(Secret), path);
            }
        }

        return taken;
    }

    private static string[] Outside(ToolBench bench)
    {
        Directory.CreateDirectory(Path.Combine(bench.Outside, "outside"));
        Directory.CreateDirectory(Path.Combine(bench.Outside, "ws2"));
        foreach (string file in (string[])["secret.txt", "outside/secret.txt", "ws2/secret.txt"])
        {
            File.WriteAllText(Path.Combine(bench.Outside, file), Secret);
        }

        // Writing is tried on the way out as well.
        foreach (string path in (string[])["../written.txt", "..\\written.txt", "../ws2/written.txt", "/tmp/autogpt-written.txt", "sub/../../written.txt"])
        {
            Assert.That(() => bench.Call("write_file", ("path", path), ("text", "x")), Throws.InstanceOf<ToolException>(), path);
            Assert.That(() => bench.Call("append_file", ("path", path), ("text", "x")), Throws.InstanceOf<ToolException>(), path);
        }

        return Files(bench);
    }

    private static void AssertUntouched(ToolBench bench, string[] before)
    {
        Assert.That(Files(bench), Is.EqualTo(before));
        Assert.That(before.Select(File.ReadAllText), Has.All.EqualTo(Secret));
    }

    private static string[] Files(ToolBench bench) =>
        [.. Directory.GetFiles(bench.Outside).Concat(Directory.GetFiles(Path.Combine(bench.Outside, "outside"))).Concat(Directory.GetFiles(Path.Combine(bench.Outside, "ws2"))).Order(StringComparer.Ordinal)];
}
