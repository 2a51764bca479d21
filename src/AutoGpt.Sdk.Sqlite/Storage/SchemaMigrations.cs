using System.Globalization;
using Microsoft.Data.Sqlite;

namespace AutoGpt.Sdk;

/// <summary>
/// Brings a file's tables to the version this library writes (<c>user_version</c>). A step is never changed once it was released: what comes after it is a step of its own.
/// </summary>
internal static class SchemaMigrations
{
    // "AGPT": tells our files from other SQLite files.
    internal const int ApplicationId = 0x41475054;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE events (
            run_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            type TEXT NOT NULL,
            timestamp TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (run_id, sequence)
        ) WITHOUT ROWID, STRICT;
        CREATE INDEX run_starts ON events (timestamp) WHERE sequence = 1;
        """,
    ];

    public static int Version => Steps.Length;

    /// <exception cref="AutoGptException">The file is another application's, or a newer version's.</exception>
    public static void Apply(SqliteConnection connection)
    {
        // One process migrates; another that opened the file at the same time waits here and then finds nothing to do.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        int application = Pragma(connection, transaction, "application_id");
        int version = Pragma(connection, transaction, "user_version");
        if (application != ApplicationId && (application != 0 || version != 0 || HasTables(connection, transaction)))
        {
            throw new AutoGptException($"'{connection.DataSource}' is a database of another application. Name a file that does not exist yet, or one that holds a journal.");
        }

        if (version > Version)
        {
            throw new AutoGptException(
                $"'{connection.DataSource}' was written by a newer version of AutoGpt.Sdk.Sqlite (format {version}; this one knows {Version}). Update the package.");
        }

        foreach (string step in Steps.Skip(version))
        {
            Execute(connection, transaction, step);
        }

        if (version < Version)
        {
            Execute(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};"));
        }

        transaction.Commit();
    }

    private static bool HasTables(SqliteConnection connection, SqliteTransaction transaction) =>
        Scalar(connection, transaction, "SELECT count(*) FROM sqlite_schema") != 0;

    private static int Pragma(SqliteConnection connection, SqliteTransaction transaction, string name) => (int)Scalar(connection, transaction, $"PRAGMA {name}");

    private static long Scalar(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
