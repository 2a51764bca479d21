namespace AutoGpt.Sdk;

/// <summary>How a <see cref="SqliteRunJournal"/> stores.</summary>
public sealed record SqliteRunJournalOptions
{
    /// <summary>What a stored event survives. Default <see cref="Durability.ProcessCrash"/>.</summary>
    public Durability Durability { get; init; } = Durability.ProcessCrash;

    /// <summary>How long to wait for another process that is writing. Default 5 seconds, from 1 second to an hour.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
