using AutoGpt.Sdk.Tools;

namespace AutoGpt.Sdk.IntegrationTests;

/// <summary>Criteria about files see what the tools see, and nothing outside the workspace.</summary>
public sealed class FileCriterionTests
{
    private static readonly EvaluationContext Nothing = new("goal", new Plan(), []);

    [TestCase("out.csv", true)]
    [TestCase("sub/deep.txt", true)]
    [TestCase("none.txt", false)]
    [TestCase("sub", false)]
    [TestCase("../outside.txt", null)]
    [TestCase("sub/../../outside.txt", null)]
    [TestCase("/etc/passwd", null)]
    [TestCase("link.txt", null)]
    [TestCase("folder/outside.txt", null)]
    [TestCase(".autogpt/appends", null)]
    public async Task A_workspace_is_all_there_is(string path, bool? exists)
    {
        string root = Directory.CreateTempSubdirectory("criteria").FullName;
        try
        {
            string inside = Directory.CreateDirectory(Path.Combine(root, "ws")).FullName;
            Directory.CreateDirectory(Path.Combine(inside, "sub"));
            await File.WriteAllTextAsync(Path.Combine(root, "outside.txt"), "secret");
            await File.WriteAllTextAsync(Path.Combine(inside, "out.csv"), "secret");
            await File.WriteAllTextAsync(Path.Combine(inside, "sub", "deep.txt"), "secret");
            File.CreateSymbolicLink(Path.Combine(inside, "link.txt"), Path.Combine(root, "outside.txt"));
            Directory.CreateSymbolicLink(Path.Combine(inside, "folder"), root);
            TextSubject file = Criterion.File(Workspace.Open(inside), path);
            foreach (Criterion criterion in new[] { file.Exists(), file.Contains("secret") })
            {
                Assert.That((await criterion.CheckAsync(Nothing)).Holds, Is.EqualTo(exists));
                Assert.That((await (!criterion).CheckAsync(Nothing)).Holds, Is.EqualTo(!exists));
            }

            Assert.That((await file.Contains("secret").CheckAsync(Nothing)).Found.Contains("secret", StringComparison.Ordinal), Is.EqualTo(exists == true));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task A_file_that_is_no_text_or_too_large_cannot_be_checked()
    {
        string root = Directory.CreateTempSubdirectory("criteria").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(root, "a.bin"), [0xFF, 0x00, 0xFE]);
            await File.WriteAllTextAsync(Path.Combine(root, "large.txt"), new string('x', 11));
            Workspace workspace = Workspace.Open(root, new WorkspaceOptions { MaxBytes = 10 });
            Assert.That((await Criterion.File(workspace, "a.bin").Contains("x").CheckAsync(Nothing)).Reason, Does.Contain("cannot be checked").And.Contain("not a text file"));
            Assert.That((await Criterion.File(workspace, "large.txt").Contains("x").CheckAsync(Nothing)).Reason, Does.Contain("cannot be checked").And.Contain("larger than 10 bytes"));
            Assert.That((await Criterion.File(workspace, "large.txt").Exists().CheckAsync(Nothing)).Holds, Is.True);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
