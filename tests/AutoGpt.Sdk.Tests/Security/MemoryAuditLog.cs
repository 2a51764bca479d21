namespace AutoGpt.Sdk.Tests;

/// <summary>An audit log that keeps entries without their arguments, and fails when a test says so.</summary>
internal sealed class MemoryAuditLog : IAuditLog
{
    private readonly Lock _lock = new();
    private readonly List<AuditEntry> _entries = [];

    public Func<AuditEntry, bool> Fails { get; init; } = _ => false;

    public Action<AuditEntry>? OnAppend { get; init; }

    public IReadOnlyList<AuditEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public ValueTask<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        if (Fails(entry))
        {
            throw new AutoGptException("The disk is full.");
        }

        OnAppend?.Invoke(entry);
        lock (_lock)
        {
            _entries.Add(entry is ActionDecided decided ? decided with { Arguments = null } : entry);
            return ValueTask.FromResult((long)_entries.Count);
        }
    }
}
