using AutoGpt.Sdk;

namespace AutoGpt.Cli.Commands;

/// <summary>Finds runs in the file that <c>--journal</c> names.</summary>
internal static class JournalFile
{
    /// <summary>Opens a journal that is there.</summary>
    public static SqliteRunJournal Open(FileInfo file) =>
        file.Exists ? SqliteRunJournal.Open(file.FullName) : throw new FileNotFoundException($"There is no journal '{file.FullName}'.");

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
}
