namespace AutoGpt.Sdk.Tests;

public sealed class InMemoryRunJournalTests
{
    [Test]
    public async Task Events_come_back_in_order_by_run()
    {
        InMemoryRunJournal journal = new();
        await journal.AppendAsync("a", Event(1));
        await journal.AppendAsync("b", Event(1));
        await journal.AppendAsync("a", Event(2));
        Assert.That(await ReadAsync(journal, "a"), Is.EqualTo([1L, 2]));
        Assert.That(await ReadAsync(journal, "b"), Is.EqualTo([1L]));
        Assert.That(await ReadAsync(journal, "c"), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public async Task Any_other_than_the_next_number_is_refused(long sequence)
    {
        InMemoryRunJournal journal = new();
        await journal.AppendAsync("a", Event(1));
        Assert.That(() => journal.AppendAsync("a", Event(sequence)).AsTask(), Throws.InstanceOf<AutoGptException>());
        Assert.That(await ReadAsync(journal, "a"), Is.EqualTo([1L]));
    }

    [Test]
    public async Task The_oldest_runs_are_forgotten()
    {
        InMemoryRunJournal journal = new(maxRuns: 2);
        foreach (string run in (string[])["a", "b", "c"])
        {
            await journal.AppendAsync(run, Event(1));
        }

        Assert.That(await ReadAsync(journal, "a"), Is.Empty);
        Assert.That(await ReadAsync(journal, "c"), Is.EqualTo([1L]));
    }

    private static ReplanRequested Event(long sequence) => new(new Feedback("x")) { Sequence = sequence };

    private static async Task<List<long>> ReadAsync(InMemoryRunJournal journal, string run)
    {
        List<long> sequences = [];
        await foreach (AgentEvent happened in journal.ReadAsync(run))
        {
            sequences.Add(happened.Sequence);
        }

        return sequences;
    }
}
