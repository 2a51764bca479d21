namespace AutoGpt.Sdk.Contracts.Tests;

/// <summary>What every journal must do.</summary>
/// <typeparam name="T">The journal.</typeparam>
public abstract class RunJournalContract<T>
    where T : IRunJournal
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    protected abstract T Create();

    [Test]
    public async Task Events_come_back_as_they_were_in_order_by_run()
    {
        T journal = Create();
        AgentEvent[] first = [Start("a", "the \"goal\"\n✓"), Plan(2), Completed(3, "a", AgentStatus.Succeeded)];
        AgentEvent[] second = [Start("b", "other"), Plan(2)];
        await journal.AppendAsync("a", first[0]);
        await journal.AppendAsync("b", second[0]);
        await journal.AppendAsync("a", first[1]);
        await journal.AppendAsync("b", second[1]);
        await journal.AppendAsync("a", first[2]);
        Assert.That(await ReadAsync(journal, "a"), Is.EqualTo(first.Select(Json)));
        Assert.That(await ReadAsync(journal, "b"), Is.EqualTo(second.Select(Json)));
        Assert.That(await ReadAsync(journal, "c"), Is.Empty);
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(long.MaxValue)]
    public async Task Any_other_than_the_next_number_is_refused(long sequence)
    {
        T journal = Create();
        await journal.AppendAsync("a", Start("a", "goal"));
        Assert.That(() => journal.AppendAsync("a", Plan(sequence)).AsTask(), Throws.InstanceOf<AutoGptException>());
        Assert.That(await ReadAsync(journal, "a"), Has.Count.EqualTo(1));
        await journal.AppendAsync("a", Plan(2));
        Assert.That(await ReadAsync(journal, "a"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Of_many_who_store_the_same_number_one_succeeds()
    {
        T journal = Create();
        await journal.AppendAsync("a", Start("a", "goal"));
        int stored = 0;
        await Parallel.ForAsync(0, 16, async (_, cancellationToken) =>
        {
            try
            {
                await journal.AppendAsync("a", Plan(2), cancellationToken);
                Interlocked.Increment(ref stored);
            }
            catch (AutoGptException)
            {
                // Somebody else was first.
            }
        });
        Assert.That(stored, Is.EqualTo(1));
        Assert.That(await ReadAsync(journal, "a"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Runs_are_listed_latest_first_with_what_became_of_them()
    {
        T journal = Create();
        await journal.AppendAsync("a", Start("a", "first"));
        await journal.AppendAsync("b", Start("b", "second") with { Timestamp = Noon.AddMinutes(1) });
        await journal.AppendAsync("a", Completed(2, "a", AgentStatus.LimitReached));
        List<RunSummary> runs = [];
        await foreach (RunSummary run in journal.ListAsync())
        {
            runs.Add(run);
        }

        Assert.That(runs, Is.EqualTo(
        [
            new RunSummary("b", "second", Noon.AddMinutes(1), 1, null),
            new RunSummary("a", "first", Noon, 2, AgentStatus.LimitReached),
        ]));
    }

    [Test]
    public void A_run_is_held_by_one_at_a_time()
    {
        T journal = Create();
        IDisposable? first = journal.TryHold("a");
        Assert.That(first, Is.Not.Null);
        Assert.That(journal.TryHold("a"), Is.Null);
        using IDisposable? other = journal.TryHold("b");
        Assert.That(other, Is.Not.Null);
        first!.Dispose();
        using IDisposable? again = journal.TryHold("a");
        Assert.That(again, Is.Not.Null);
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        T journal = Create();
        Assert.That(() => journal.AppendAsync("", Plan(1)).AsTask(), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => journal.AppendAsync("a", null!).AsTask(), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => journal.AppendAsync("a", Plan(1), new CancellationToken(true)).AsTask(), Throws.InstanceOf<OperationCanceledException>());
    }

    protected static RunStarted Start(string run, string goal) => new(run, goal, new AgentLimits(), 7) { Sequence = 1, Timestamp = Noon };

    protected static PlanCreated Plan(long sequence) => new(new Plan { Steps = [new PlanStep(1, "tool", [])], Tokens = 5, Confidence = .25 }) { Sequence = sequence, Timestamp = Noon };

    protected static RunCompleted Completed(long sequence, string run, AgentStatus status) => new(new AgentResult(run, status) { Answer = "42" }) { Sequence = sequence, Timestamp = Noon };

    protected static async Task<List<string>> ReadAsync(IRunJournal journal, string run)
    {
        List<string> events = [];
        await foreach (AgentEvent happened in journal.ReadAsync(run))
        {
            events.Add(Json(happened));
        }

        return events;
    }

    // Plans hold lists and JSON, which compare by reference.
    protected static string Json(AgentEvent happened) => System.Text.Json.JsonSerializer.Serialize(happened, AgentJsonContext.Default.AgentEvent);
}
