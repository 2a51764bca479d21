using AutoGpt.Sdk;

namespace AutoGpt.Cli.Commands;

/// <summary>Finds runs in the file that <c>--journal</c> names.</summary>
internal static class JournalFile
{
    /// <summary>Opens a journal that is there.</summary>
    public static SqliteRunJournal Open(FileInfo file) =>
        !file.Exists ? throw new FileNotFoundException($"There is no journal '{file.FullName}'.")
        : file.Length == 0 ? throw new NotSupportedException($"The file '{file.FullName}' is empty: it is no journal.")
        : SqliteRunJournal.Open(file.FullName);

    /// <summary>The run with the given name, or the latest that is wanted.</summary>
    public static async Task<string> FindAsync(SqliteRunJournal journal, string? id, Func<RunSummary, bool> wanted, string none, CancellationToken cancellationToken)
    {
        await foreach (RunSummary run in journal.ListAsync(cancellationToken))
        {
            if (id is null ? wanted(run) : run.RunId == id)
            {
                return run.RunId;
            }
        }

        throw new NotSupportedException(id is null ? $"The journal holds {none}." : $"The journal holds no run '{id}'.");
    }

    /// <summary>The events of a run that is in the journal.</summary>
    public static async Task<IReadOnlyList<AgentEvent>> ReadAsync(SqliteRunJournal journal, string id, CancellationToken cancellationToken)
    {
        List<AgentEvent> events = [];
        await foreach (AgentEvent happened in journal.ReadAsync(id, cancellationToken))
        {
            events.Add(happened);
        }

        return events;
    }

    /// <summary>What <c>run</c> noted beside a run.</summary>
    public static string Property(IReadOnlyList<AgentEvent> events, string name) => (events[0] as RunStarted)?.Properties?.GetValueOrDefault(name)
        ?? throw new NotSupportedException($"The run does not say its {name}: another program began it, and must go on with it.");
}
