using AutoGpt.Sdk.TrainingCrash;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

/// <summary>Training runs are killed at random moments and go on; <c>tests/AutoGpt.Sdk.TrainingCrash</c> does the same at length.</summary>
public sealed class CrashTests
{
    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Twenty_kills_lose_nothing_and_change_nothing()
    {
        CampaignReport report = await Campaign.RunAsync(20, seed: 1);
        TestContext.Out.WriteLine(report);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Acknowledged, Is.GreaterThan(10));
        Assert.That(report.WithinCheckpoints, Is.Positive, "the kills must land where they can do harm");
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task A_full_disk_is_one_clear_error_and_the_run_goes_on_from_the_last_checkpoint()
    {
        string root = Directory.CreateTempSubdirectory("autogpt-full-disk-").FullName;
        try
        {
            string folder = Path.Combine(root, "full"), alone = Path.Combine(root, "alone");
            Assert.That((await Life.LiveAsync(alone, "adamw")).Ended);
            Life begun = await Life.LiveAsync(folder, "adamw", kill: (12, TimeSpan.Zero));
            int saved = RunFolder.Newest(folder, "last") ?? 0;
            Assert.That(saved, Is.InRange(1, Victim.Iterations - 1), string.Join('\n', begun.Lines));

            // The weights fit, the optimiser's means, which are twice as large, do not: the disk is full in the middle of a checkpoint.
            long weights = new FileInfo(Path.Combine(folder, "last", "model.safetensors")).Length;
            Life full = await Life.LiveAsync(folder, "adamw", fileLimit: (int)weights * 3 / 2);
            Assert.That(full.ExitCode, Is.EqualTo(1), string.Join('\n', full.Lines));
            Assert.That(full.Said("begin"), Is.EqualTo(new[] { saved }));
            Assert.That(full.Said("checkpoint"), Is.Empty);
            Assert.That(full.Lines[^1], Does.StartWith("failed The checkpoint of iteration ").And.Contain("cannot be written").And.Contain($"The last complete one, of iteration {saved}, is untouched"));
            Assert.That(RunFolder.Newest(folder, "last"), Is.EqualTo(saved));
            Assert.That(Path.Combine(folder, ".last.new"), Does.Not.Exist, "what was half written would keep the disk full");

            Life after = await Life.LiveAsync(folder, "adamw");
            Assert.That(after.Ended, string.Join('\n', after.Lines));
            Assert.That(after.Said("begin"), Is.EqualTo(new[] { saved }));
            Assert.That(RunFolder.Differences(folder, alone), Is.Empty);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
