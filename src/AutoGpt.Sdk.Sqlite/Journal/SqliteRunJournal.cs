using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AutoGpt.Sdk;

/// <summary>
/// Keeps the events of runs in one SQLite file (in WAL mode: beside it lie <c>-wal</c> and <c>-shm</c> while it is open). An event is on its way to the disk when
/// <see cref="AppendAsync"/> returns, so that it survives a killed process. Several processes may share the file; the number of an event decides who goes on with a run.
/// Thread-safe.
/// </summary>
public sealed class SqliteRunJournal : IRunJournal, IDisposable
{
    private readonly Lock _writing = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _append;
    private readonly string _reading;
    private bool _disposed;

    private SqliteRunJournal(SqliteConnection connection, string reading)
    {
        _connection = connection;
        _reading = reading;
        _append = connection.CreateCommand();

        // The number is checked by the statement that stores: nobody can come between.
        _append.CommandText = """
            INSERT INTO events (run_id, sequence, type, timestamp, json)
            SELECT $run, $sequence, $type, $timestamp, $json
            WHERE $sequence = 1 + (SELECT coalesce(max(sequence), 0) FROM events WHERE run_id = $run)
            """;
        foreach (string name in (string[])["$run", "$sequence", "$type", "$timestamp", "$json"])
        {
            _append.Parameters.Add(new SqliteParameter { ParameterName = name, SqliteType = name == "$sequence" ? SqliteType.Integer : SqliteType.Text });
        }

        _append.Prepare();
    }

    /// <summary>Opens a journal, creating the file where there is none.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="options">How to store. Default: the defaults.</param>
    /// <exception cref="AutoGptException">The file is no SQLite file, another application's, a newer version's, or cannot be opened; the message says which.</exception>
    public static SqliteRunJournal Open(string path, SqliteRunJournalOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new SqliteRunJournalOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BusyTimeout, TimeSpan.FromSeconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BusyTimeout, TimeSpan.FromHours(1), nameof(options));
        path = Path.GetFullPath(path);
        SqliteConnectionStringBuilder connection = new()
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        };
        SqliteConnection writing = new(connection.ToString());
        try
        {
            writing.Open();

            // First, so that another application's file stays as it is.
            SchemaMigrations.Apply(writing);
            using (SqliteCommand command = writing.CreateCommand())
            {
                command.CommandText = $"PRAGMA journal_mode = WAL; PRAGMA synchronous = {(options.Durability == Durability.PowerLoss ? "FULL" : "NORMAL")};";
                command.ExecuteNonQuery();
            }

            connection.Mode = SqliteOpenMode.ReadOnly;
            return new SqliteRunJournal(writing, connection.ToString());
        }
        catch (SqliteException exception)
        {
            writing.Dispose();
            throw Failure("opened", path, exception);
        }
        catch
        {
            writing.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <summary>SQLite's number for how it waits for the disk: 1 is NORMAL, 2 FULL.</summary>
    internal long Synchronous
    {
        get
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous";
            return (long)command.ExecuteScalar()!;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The journal is closed.</exception>
    public ValueTask AppendAsync(string runId, AgentEvent happened, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ArgumentNullException.ThrowIfNull(happened);
        cancellationToken.ThrowIfCancellationRequested();
        string json = JsonSerializer.Serialize(happened, AgentJsonContext.Default.AgentEvent);
        using JsonDocument document = JsonDocument.Parse(json);
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _append.Parameters["$run"].Value = runId;
            _append.Parameters["$sequence"].Value = happened.Sequence;
            _append.Parameters["$type"].Value = document.RootElement.GetProperty("type").GetString();
            _append.Parameters["$timestamp"].Value = happened.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            _append.Parameters["$json"].Value = json;
            try
            {
                if (_append.ExecuteNonQuery() == 1)
                {
                    return ValueTask.CompletedTask;
                }
            }
            catch (SqliteException exception)
            {
                throw Failure("written", _connection.DataSource, exception);
            }
        }

        throw new AutoGptException($"Event {happened.Sequence} is not the next one of run '{runId}': another process goes on with the run, or it is over.");
    }

    /// <inheritdoc/>
    /// <remarks>A file beside the journal, which the system locks for as long as this process holds it.</remarks>
    public IDisposable? TryHold(string runId)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ObjectDisposedException.ThrowIf(_disposed, this);
        string file = $"{_connection.DataSource}-run-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(runId)))[..16]}";
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new AutoGptException($"The file '{file}' cannot be written, so that nobody can tell whether another process works on run '{runId}'.", exception);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
        catch (IOException exception)
        {
            throw new AutoGptException($"The file '{file}' cannot be made, so that nobody can tell whether another process works on run '{runId}': {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AutoGptException">The file cannot be read, or an event in it is not one this version knows.</exception>
    public async IAsyncEnumerable<AgentEvent> ReadAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        foreach ((string run, long sequence, string json) in Rows("SELECT run_id, sequence, json FROM events WHERE run_id = $run ORDER BY sequence", runId))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Parse(run, sequence, json);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="AutoGptException">The file cannot be read.</exception>
    public async IAsyncEnumerable<RunSummary> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const string ends = """
            SELECT run_id, sequence, json FROM events AS first WHERE sequence = 1
            UNION ALL
            SELECT run_id, sequence, json FROM events AS last WHERE sequence > 1 AND sequence = (SELECT max(sequence) FROM events WHERE run_id = last.run_id)
            """;
        Dictionary<string, AgentEvent> first = [];
        Dictionary<string, AgentEvent> last = [];
        foreach ((string run, long sequence, string json) in Rows(ends, runId: null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (sequence == 1 ? first : last)[run] = Listed(run, sequence, json);
        }

        foreach ((string run, AgentEvent began) in first.OrderByDescending(pair => pair.Value.Timestamp).ThenByDescending(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return RunSummary.Of(run, began, last.GetValueOrDefault(run, began));
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (!_disposed)
            {
                _disposed = true;
                _append.Dispose();
                _connection.Dispose();
            }
        }
    }

    // A connection a reading: readers see the file as it is when they begin and hold nobody up.
    private List<(string Run, long Sequence, string Json)> Rows(string sql, string? runId)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            using SqliteConnection connection = new(_reading);
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = sql;
            if (runId is not null)
            {
                command.Parameters.AddWithValue("$run", runId);
            }

            List<(string, long, string)> rows = [];
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add((reader.GetString(0), reader.GetInt64(1), reader.GetString(2)));
            }

            return rows;
        }
        catch (SqliteException exception)
        {
            throw Failure("read", _connection.DataSource, exception);
        }
    }

    // One run that cannot be understood must not hide the others: it is listed as one that has not ended, and reading it says what is wrong.
    private AgentEvent Listed(string runId, long sequence, string json)
    {
        try
        {
            return Parse(runId, sequence, json);
        }
        catch (AutoGptException)
        {
            return new RunResumed([]) { Sequence = sequence };
        }
    }

    private AgentEvent Parse(string runId, long sequence, string json)
    {
        try
        {
            AgentEvent? happened = JsonSerializer.Deserialize(json, AgentJsonContext.Default.AgentEvent);
            return happened?.Sequence == sequence ? happened : throw new JsonException("its number is not that of its row.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new AutoGptException($"Event {sequence} of run '{runId}' in '{_connection.DataSource}' cannot be understood: {exception.Message}", exception);
        }
    }

    private static AutoGptException Failure(string what, string path, SqliteException exception) => new(
        exception.SqliteErrorCode switch
        {
            26 => $"'{path}' is no SQLite file.",
            14 => $"The journal '{path}' cannot be opened: is there such a folder, and may this user write to it?",
            5 or 6 => $"The journal '{path}' could not be {what}: another process is writing to it, and did not end in time.",
            8 => $"The journal '{path}' could not be {what}: it is read-only.",
            11 => $"The journal '{path}' is damaged: {exception.Message}",
            13 => $"The journal '{path}' could not be {what}: the disk is full.",
            _ => $"The journal '{path}' could not be {what}: {exception.Message}",
        },
        exception);
}
