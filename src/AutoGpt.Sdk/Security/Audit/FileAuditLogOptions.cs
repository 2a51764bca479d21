namespace AutoGpt.Sdk;

/// <summary>Where a <see cref="FileAuditLog"/> lies, and what it keeps.</summary>
public sealed class FileAuditLogOptions
{
    /// <summary>The file of the records. It is only ever appended to. Beside it lies a <c>.lock</c> file.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The file of the signed head: how many records there are, and the hash of the last. It is what tells that a tail was cut off, so it belongs where whoever might cut it cannot
    /// write: another folder, account or machine.
    /// </summary>
    public required string HeadPath { get; init; }

    /// <summary>The secret that records are signed with: at least 32 random bytes, kept out of reach of whoever may read or write the log.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Whether the arguments of calls are kept beside their hash. They may hold what a person would not want there. Default false.</summary>
    public bool IncludeArguments { get; init; }

    /// <summary>Tells the time. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentException.ThrowIfNullOrWhiteSpace(HeadPath);
        if (Key.Length < 32)
        {
            throw new ArgumentException($"The key has {Key.Length} bytes; it needs at least 32.");
        }

        if (System.IO.Path.GetFullPath(Path) == System.IO.Path.GetFullPath(HeadPath))
        {
            throw new ArgumentException("The log and its head need a file each.");
        }
    }
}
