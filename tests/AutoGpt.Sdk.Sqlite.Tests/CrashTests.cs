using AutoGpt.Sdk.Crash;

namespace AutoGpt.Sdk.Sqlite.Tests;

/// <summary>Agents are killed at random moments and go on; <c>tests/AutoGpt.Sdk.Crash</c> does the same at length.</summary>
public sealed class CrashTests
{
    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Fifty_kills_lose_nothing_and_double_nothing()
    {
        CampaignReport report = await Campaign.RunAsync(50, seed: 1);
        TestContext.Out.WriteLine(report);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Acknowledged, Is.GreaterThan(20));
        Assert.That(report.WithinSteps, Is.GreaterThan(25), "the kills must land where they can do harm");
        Assert.That(report.Moments.Keys, Has.Some.Contains("before its effect").And.Some.Contains("after its effect"));
        Assert.That(report.Unknown, Is.Positive, "some of them hit a tool that must not be called twice");
    }
}
