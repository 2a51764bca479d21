using System.Diagnostics;
using AutoGpt.Sdk.Contracts.Tests;
using Microsoft.Data.Sqlite;

namespace AutoGpt.Sdk.Sqlite.Tests;

public sealed class SqliteRunJournalTests : RunJournalContract<SqliteRunJournal>
{
    private readonly List<SqliteRunJournal> _open = [];
    private string _folder = "";

    private string File => Path.Combine(_folder, "runs.db");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-journal-").FullName;

    [TearDown]
    public void TearDown()
    {
        _open.ForEach(journal => journal.Dispose());
        _open.Clear();
        Directory.Delete(_folder, recursive: true);
    }

    protected override SqliteRunJournal Create() => Open();

    [TestCase(Durability.ProcessCrash, 1)]
    [TestCase(Durability.PowerLoss, 2)]
    public async Task What_was_stored_is_there_after_the_file_is_opened_anew(Durability durability, int synchronous)
    {
        SqliteRunJournal journal = Open(new SqliteRunJournalOptions { Durability = durability });
        await journal.AppendAsync("a", Start("a", "goal"));
        Assert.That(Pragma("journal_mode"), Is.EqualTo("wal"));
        Assert.That(journal.Synchronous, Is.EqualTo(synchronous));
        journal.Dispose();
        SqliteRunJournal again = Open();
        Assert.That(await ReadAsync(again, "a"), Is.EqualTo([Json(Start("a", "goal"))]));
        await again.AppendAsync("a", Plan(2));
    }

    [Test]
    public async Task Two_openings_of_one_file_see_each_other_and_share_the_numbers()
    {
        SqliteRunJournal one = Open(), other = Open();
        await one.AppendAsync("a", Start("a", "goal"));
        await other.AppendAsync("a", Plan(2));
        Assert.That(() => one.AppendAsync("a", Plan(2)).AsTask(), Throws.InstanceOf<AutoGptException>().With.Message.Contains("another process"));
        Assert.That(await ReadAsync(one, "a"), Has.Count.EqualTo(2));
    }

    [Test]
    public void Files_that_hold_no_journal_are_told_from_those_that_do()
    {
        System.IO.File.WriteAllText(File, new string('x', 5000));
        Assert.That(() => Open(), Throws.InstanceOf<AutoGptException>().With.Message.Contains("no SQLite file"));
        System.IO.File.Delete(File);
        Execute("CREATE TABLE customers (name TEXT)");
        Assert.That(() => Open(), Throws.InstanceOf<AutoGptException>().With.Message.Contains("another application"));
        Assert.That((Pragma("user_version"), Pragma("journal_mode")), Is.EqualTo((0L, "delete")), "nothing was changed");
        Assert.That(() => SqliteRunJournal.Open(Path.Combine(_folder, "missing", "runs.db")), Throws.InstanceOf<AutoGptException>().With.Message.Contains("cannot be opened"));
        Assert.That(() => SqliteRunJournal.Open(_folder), Throws.InstanceOf<AutoGptException>());
        Assert.That(() => SqliteRunJournal.Open(" "), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Open(new SqliteRunJournalOptions { BusyTimeout = TimeSpan.Zero }), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void A_newer_format_is_refused_and_left_as_it_is()
    {
        Open().Dispose();
        Execute("PRAGMA user_version = 99");
        Assert.That(() => Open(), Throws.InstanceOf<AutoGptException>().With.Message.Contains("newer version").And.Message.Contains("99"));
        Assert.That(Pragma("user_version"), Is.EqualTo(99));
    }

    [Test]
    public async Task An_event_that_is_not_known_is_named()
    {
        SqliteRunJournal journal = Open();
        await journal.AppendAsync("a", Start("a", "goal"));
        Execute("""INSERT INTO events VALUES ('a', 2, 'telepathy', '2026-01-01', '{"type":"telepathy","sequence":2}')""");
        Assert.That(() => ReadAsync(journal, "a"), Throws.InstanceOf<AutoGptException>().With.Message.Contains("Event 2 of run 'a'"));
    }

    [Test]
    public async Task One_run_that_cannot_be_understood_hides_no_other()
    {
        SqliteRunJournal journal = Open();
        await journal.AppendAsync("a", Start("a", "goal"));
        Execute("""INSERT INTO events VALUES ('a', 2, 'stepCompleted', '2026-01-01', '{"type":"stepCompleted","sequence":2,"result":{"number":1,"tool":"t","status":"succeeded","value":{"a":1,"a":2}}}')""");
        Execute("""INSERT INTO events VALUES ('b', 1, 'x', '2026-01-01', '{"sequence":1}')""");
        Execute("""INSERT INTO events VALUES ('c', 1, 'runStarted', '2026-01-01', '{"type":"runStarted","runId":"c","sequence":1}')""");
        await journal.AppendAsync("d", Start("d", "goal"));
        List<string> runs = [];
        await foreach (RunSummary run in journal.ListAsync())
        {
            runs.Add(run.RunId);
        }

        Assert.That(runs, Is.EquivalentTo(["a", "b", "c", "d"]));
        Assert.That(() => ReadAsync(journal, "a"), Throws.InstanceOf<AutoGptException>().With.Message.Contains("Event 2"));
        Assert.That(() => ReadAsync(journal, "b"), Throws.InstanceOf<AutoGptException>().With.Message.Contains("Event 1"));
    }

    [Test]
    public void A_run_is_held_across_openings_of_the_file()
    {
        SqliteRunJournal one = Open(), other = Open();
        using (one.TryHold("a"))
        {
            Assert.That(other.TryHold("a"), Is.Null);
            using IDisposable? free = other.TryHold("b");
            Assert.That(free, Is.Not.Null);
        }

        using IDisposable? again = other.TryHold("a");
        Assert.That(again, Is.Not.Null);
        again!.Dispose();
        Assert.That(Directory.GetFiles(_folder, "*-run-*"), Is.Empty);
    }

    [Test]
    public async Task A_file_is_the_same_wherever_the_process_goes()
    {
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _folder;
            SqliteRunJournal journal = SqliteRunJournal.Open("relative.db");
            _open.Add(journal);
            Environment.CurrentDirectory = before;
            await journal.AppendAsync("a", Start("a", "goal"));
            Assert.That(await ReadAsync(journal, "a"), Has.Count.EqualTo(1));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public async Task Another_writer_is_waited_for_and_then_named()
    {
        SqliteRunJournal journal = Open(new SqliteRunJournalOptions { BusyTimeout = TimeSpan.FromSeconds(1) });
        using SqliteConnection other = new($"Data Source={File};Pooling=False");
        other.Open();
        using (SqliteTransaction transaction = other.BeginTransaction(deferred: false))
        {
            Stopwatch waited = Stopwatch.StartNew();
            Assert.That(() => journal.AppendAsync("a", Start("a", "goal")).AsTask(), Throws.InstanceOf<AutoGptException>().With.Message.Contains("another process is writing"));
            Assert.That(waited.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(.5)));
        }

        await journal.AppendAsync("a", Start("a", "goal"));
    }

    [Test]
    public void A_closed_journal_says_so()
    {
        SqliteRunJournal journal = Open();
        journal.Dispose();
        journal.Dispose();
        Assert.That(() => journal.AppendAsync("a", Start("a", "goal")).AsTask(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => ReadAsync(journal, "a"), Throws.InstanceOf<ObjectDisposedException>());
    }

    private SqliteRunJournal Open(SqliteRunJournalOptions? options = null)
    {
        SqliteRunJournal journal = SqliteRunJournal.Open(File, options);
        _open.Add(journal);
        return journal;
    }

    private object? Pragma(string name) => Query($"PRAGMA {name}");

    private object? Query(string sql)
    {
        using SqliteConnection connection = new($"Data Source={File};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Execute(string sql) => Query(sql);
}
