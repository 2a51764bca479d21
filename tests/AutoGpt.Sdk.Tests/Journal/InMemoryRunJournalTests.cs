using AutoGpt.Sdk.Contracts.Tests;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

public sealed class InMemoryRunJournalTests : RunJournalContract<InMemoryRunJournal>
{
    protected override InMemoryRunJournal Create() => new();

    [Test]
    public async Task The_oldest_runs_are_forgotten()
    {
        InMemoryRunJournal journal = new(maxRuns: 2);
        foreach (string run in (string[])["a", "b", "c"])
        {
            await journal.AppendAsync(run, Start(run, "goal"));
        }

        Assert.That(await ReadAsync(journal, "a"), Is.Empty);
        Assert.That(await ReadAsync(journal, "c"), Has.Count.EqualTo(1));
    }
}

public sealed class RecordingJournalTests : RunJournalContract<RecordingJournal>
{
    protected override RecordingJournal Create() => new();
}
