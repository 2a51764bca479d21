namespace AutoGpt.Sdk;

/// <summary>
/// Keeps what was decided about every tool call, and what came of it. The gate appends a decision before the call is made: where that fails there is no call. Implementations are
/// thread-safe.
/// </summary>
public interface IAuditLog
{
    /// <summary>Stores an entry. Once this returns, the entry is kept whatever becomes of the process.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Stops waiting for a turn; an entry that is being written is written.</param>
    /// <returns>The entry's number, from 1, ascending.</returns>
    /// <exception cref="AutoGptException">The entry could not be stored.</exception>
    ValueTask<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default);
}
