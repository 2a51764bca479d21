namespace AutoGpt.Sdk.Training.Tests.Optimization;

/// <summary>Whatever moment a crash comes at, the newest complete checkpoint is found, and what was half written is not.</summary>
public sealed class CheckpointStoreTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-checkpoints-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase(0)]
    [TestCase(2)]
    public void As_many_are_kept_as_were_asked_for(int kept)
    {
        CheckpointStore store = new(_folder, "last", kept);
        for (int iteration = 1; iteration <= 4; iteration++)
        {
            Save(store, iteration);
        }

        Assert.That(Content("last"), Is.EqualTo("4"));
        Assert.That(Directory.GetDirectories(_folder).Select(Path.GetFileName), Is.EquivalentTo(kept > 0 ? ["last", "earlier"] : new[] { "last" }));
        Assert.That(kept == 0 ? [] : Directory.GetDirectories(Path.Combine(_folder, "earlier")).Select(Path.GetFileName), Is.EquivalentTo(kept == 0 ? [] : new[] { "000000002", "000000003" }));
    }

    // What lies in the folder after each step of writing checkpoint 3 over 2, of which 1 is the earlier one.
    private static IEnumerable<TestCaseData> Crashes()
    {
        yield return new TestCaseData((Action<string>)(folder => Half(folder, withManifest: false)), "2").SetName("{m}(half written)");
        yield return new TestCaseData((Action<string>)(folder => File.WriteAllText(Path.Combine(Half(folder, withManifest: true), "content"), "torn")), "2").SetName("{m}(a manifest that does not fit)");
        yield return new TestCaseData((Action<string>)(folder => Half(folder, withManifest: true)), "3").SetName("{m}(whole, not moved)");
        yield return new TestCaseData((Action<string>)(folder =>
        {
            Half(folder, withManifest: true);
            Directory.Move(Path.Combine(folder, "last"), Path.Combine(folder, "earlier", "000000002"));
        }), "3").SetName("{m}(the one before moved)");
        yield return new TestCaseData((Action<string>)(folder =>
        {
            Directory.Move(Path.Combine(folder, "last"), Path.Combine(folder, "earlier", "000000002"));
            Directory.Move(Half(folder, withManifest: true), Path.Combine(folder, "last"));
        }), "3").SetName("{m}(both moved, nothing deleted)");
    }

    [TestCaseSource(nameof(Crashes))]
    public void After_a_crash_the_newest_complete_one_is_found(Action<string> crash, string expected)
    {
        CheckpointStore store = new(_folder, "last", kept: 1);
        Save(store, 1);
        Save(store, 2);
        crash(_folder);
        CheckpointStore next = new(_folder, "last", kept: 1);
        Assert.That(next.FindNewest(IterationOf, out IReadOnlyList<string> damage), Is.EqualTo(Path.Combine(_folder, "last")));
        Assert.That((Content("last"), damage.Count), Is.EqualTo((expected, 0)));
        Assert.That(Path.Combine(_folder, ".last.new"), Does.Not.Exist);

        // And things go on from there.
        Save(next, 9);
        Assert.That((Content("last"), Directory.GetDirectories(Path.Combine(_folder, "earlier")).Length), Is.EqualTo(("9", 1)));
        Assert.That(Content(Path.Combine("earlier", "00000000" + expected)), Is.EqualTo(expected));
    }

    [Test]
    public void A_damaged_one_is_named_and_the_one_before_is_found()
    {
        CheckpointStore store = new(_folder, "last", kept: 1);
        Save(store, 1);
        Save(store, 2);
        File.WriteAllText(Path.Combine(_folder, "last", "content"), "X");
        CheckpointStore next = new(_folder, "last", kept: 1);
        Assert.That(next.FindNewest(IterationOf, out IReadOnlyList<string> damage), Is.EqualTo(Path.Combine(_folder, "earlier", "000000001")));
        Assert.That(damage, Has.Count.EqualTo(1));
        Assert.That(damage[0], Does.Contain("content is not as it was written"));
        Save(next, 3);
        Assert.That((Content("last"), Content(Path.Combine("earlier", "000000001"))), Is.EqualTo(("3", "1")));
    }

    private static void Save(CheckpointStore store, int iteration) => store.Save(iteration, folder => File.WriteAllText(Path.Combine(folder, "content"), $"{iteration}"));

    private static int IterationOf(string folder) => int.Parse(File.ReadAllText(Path.Combine(folder, "content")), System.Globalization.CultureInfo.InvariantCulture);

    private static string Half(string folder, bool withManifest)
    {
        string path = Path.Combine(folder, ".last.new");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "content"), "3");
        if (withManifest)
        {
            CheckpointManifest.Write(path);
        }

        return path;
    }

    private string Content(string name) => File.ReadAllText(Path.Combine(_folder, name, "content"));
}
