namespace AutoGpt.Sdk;

/// <summary>What was found when an audit log was verified.</summary>
/// <param name="Fault">What is wrong first, or <see cref="AuditFault.None"/>.</param>
/// <param name="Records">Whole and genuine records before it.</param>
/// <param name="Message">What is wrong, in one line for a person.</param>
public sealed record AuditVerification(AuditFault Fault, long Records, string Message)
{
    /// <summary>The number of the record that is wrong or missing, from 1; null where none is.</summary>
    public long? Record { get; init; }

    /// <summary>Whether every record is as it was written, and none is missing.</summary>
    public bool IsIntact => Fault == AuditFault.None;
}

/// <summary>What can be wrong with an audit log.</summary>
public enum AuditFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no log.</summary>
    Missing,

    /// <summary>A record is not as it was written.</summary>
    Changed,

    /// <summary>A record is missing, and others come after it.</summary>
    Removed,

    /// <summary>There is a record, or something else, that was not written there.</summary>
    Inserted,

    /// <summary>A record is there twice.</summary>
    Duplicated,

    /// <summary>A record stands behind later ones.</summary>
    Swapped,

    /// <summary>The last records are missing: the head knows of them.</summary>
    CutTail,

    /// <summary>The last record is not finished: a process ended while it wrote. <see cref="FileAuditLog.Open"/> mends it.</summary>
    TornTail,

    /// <summary>Nothing in the log or its head was signed with this key.</summary>
    OtherKey,

    /// <summary>There is a log, but no head.</summary>
    HeadMissing,

    /// <summary>The head is not as it was written.</summary>
    HeadChanged,

    /// <summary>
    /// The head is older than the log. Where it lacks one record, a process may have ended before it wrote the head, and <see cref="FileAuditLog.Open"/> mends it.
    /// </summary>
    HeadBehind,
}
