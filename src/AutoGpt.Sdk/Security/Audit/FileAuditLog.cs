namespace AutoGpt.Sdk;

/// <summary>
/// An audit log in a file that shows whether anybody changed it: each record is signed together with the record before it, and a signed head elsewhere tells how many there are. A record
/// and the head are on the disk when <see cref="AppendAsync"/> returns. It has one writer at a time. After a record could not be written the log takes no more until it is opened again.
/// Thread-safe.
/// </summary>
public sealed class FileAuditLog : IAuditLog, IDisposable
{
    private const int MostDropped = 4096;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly AuditSigner _signer;
    private readonly FileAuditLogOptions _options;
    private readonly FileStream _lock;
    private readonly FileStream _file;
    private long _sequence;
    private string _signature = AuditSigner.Origin;
    private bool _failed;
    private bool _disposed;

    private FileAuditLog(FileAuditLogOptions options, FileStream held)
    {
        (_options, _lock, _signer) = (options, held, new AuditSigner(options.Key.Span));
        AuditScan scan = AuditScan.Run(_signer, options);
        if (scan.Verification.Fault == AuditFault.Missing)
        {
            // The head first: a log that is there without one has lost it.
            DurableFile.Replace(options.HeadPath, _signer.Head(0, _signature));
        }
        else if (!IsMendable(scan))
        {
            throw new AutoGptException($"The audit log '{options.Path}' is not as it was written, so that nothing is appended to it: {scan.Verification.Message}");
        }

        _file = new FileStream(options.Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            DurableFile.FlushFolder(options.Path);
            (_sequence, _signature) = (scan.Sequence, scan.Signature);
            _file.SetLength(scan.Length);
            _file.Seek(0, SeekOrigin.End);
            if (scan.Verification.Fault is AuditFault.TornTail or AuditFault.HeadBehind)
            {
                Append(new LogRepaired(scan.Verification.Message)
                {
                    DroppedBytes = scan.Torn.Length,
                    Dropped = scan.Torn.Length > 0 ? Convert.ToBase64String(scan.Torn.AsSpan(0, Math.Min(scan.Torn.Length, MostDropped))) : null,
                });
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a log, or begins one where there is none. All of it is verified first. What a process left that ended while it wrote is mended, and a <see cref="LogRepaired"/> record
    /// tells so; anything else that is wrong is left as it is.
    /// </summary>
    /// <param name="options">Where the log lies, and its key.</param>
    /// <exception cref="ArgumentException">The key is shorter than 32 bytes, or the log and its head are one file.</exception>
    /// <exception cref="AutoGptException">The log is not as it was written, has another writer, or cannot be opened.</exception>
    public static FileAuditLog Open(FileAuditLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        FileStream? held = null;
        try
        {
            // A file of its own, and never deleted: the log stays readable, and two writers cannot hold two files of one name.
            held = new FileStream(options.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new FileAuditLog(options, held);
        }
        catch (Exception error)
        {
            held?.Dispose();
            throw error is IOException or UnauthorizedAccessException
                ? new AutoGptException($"The audit log '{options.Path}' cannot be opened{(held is null ? ", or another process writes to it" : "")}: {error.Message}", error)
                : error;
        }
    }

    /// <summary>
    /// Reads all of a log and says what is wrong first: the record, and what was done to it. Nothing is changed. While somebody writes, the newest record may be told as one the head lacks.
    /// </summary>
    /// <param name="options">Where the log lies, and its key.</param>
    /// <exception cref="ArgumentException">The key is shorter than 32 bytes, or the log and its head are one file.</exception>
    /// <exception cref="AutoGptException">A file cannot be read.</exception>
    public static AuditVerification Verify(FileAuditLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        try
        {
            return AuditScan.Run(new AuditSigner(options.Key.Span), options).Verification;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AutoGptException($"The audit log '{options.Path}' cannot be read: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _failed ? throw new AutoGptException($"The audit log '{_options.Path}' takes no more records since one could not be written. Open it again.") : Append(entry);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AutoGptException($"The audit log '{_options.Path}' could not be written: {error.Message}", error);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the files, after the record that is being written.</summary>
    public void Dispose()
    {
        _writing.Wait();
        if (!_disposed)
        {
            _disposed = true;
            _file.Dispose();
            _lock.Dispose();
        }

        _writing.Release();
    }

    private static bool IsMendable(AuditScan scan) => scan.Verification.Fault is AuditFault.None or AuditFault.TornTail
        || (scan.Verification is { Fault: AuditFault.HeadBehind, Record: { } lacking } && lacking == scan.Sequence && scan.Torn.Length == 0);

    private long Append(AuditEntry entry)
    {
        AuditEntry kept = entry is ActionDecided { Arguments: { } arguments } decided
            ? decided with { ArgumentsHash = _signer.HashArguments(arguments), Arguments = _options.IncludeArguments ? arguments : null }
            : entry;
        byte[] line = _signer.Line(new AuditRecord(_sequence + 1, _options.TimeProvider.GetUtcNow(), _signature, kept), out string signature);
        _failed = true;
        _file.Write(line);
        _file.Flush(flushToDisk: true);
        DurableFile.Replace(_options.HeadPath, _signer.Head(_sequence + 1, signature));
        (_sequence, _signature, _failed) = (_sequence + 1, signature, false);
        return _sequence;
    }
}
