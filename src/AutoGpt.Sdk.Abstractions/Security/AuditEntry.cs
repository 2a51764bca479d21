using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>Something an audit log keeps: plain records under a closed set of discriminators (<c>type</c>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ActionDecided), "actionDecided")]
[JsonDerivedType(typeof(ActionEnded), "actionEnded")]
[JsonDerivedType(typeof(LogRepaired), "logRepaired")]
public abstract record AuditEntry;

/// <summary>It was decided whether a tool may be called.</summary>
/// <param name="RunId">The run, or who else wanted to call the tool.</param>
/// <param name="Step">The number of the step in its plan, or of the caller's call.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="IsPermitted">Whether the call may be made. Without an <see cref="ActionEnded"/> after it, whether it was made is not known.</param>
public sealed record ActionDecided(string RunId, int Step, string Tool, bool IsPermitted) : AuditEntry
{
    /// <summary>Whether a person said yes.</summary>
    public bool WasApproved { get; init; }

    /// <summary>Why the call was refused or had to be approved, in one line; null for a plain yes.</summary>
    public string? Reason { get; init; }

    /// <summary>The arguments. The gate gives them; a log keeps them only where it was told to. Null where they could not be read.</summary>
    public JsonObject? Arguments { get; init; }

    /// <summary>What a log keeps instead: a hash of the arguments.</summary>
    public string? ArgumentsHash { get; init; }
}

/// <summary>A permitted call ended.</summary>
/// <param name="Decision">The number of the entry that permitted it.</param>
/// <param name="Status">How it ended.</param>
public sealed record ActionEnded(long Decision, StepStatus Status) : AuditEntry
{
    /// <summary>How often the tool was called under this decision: more than once where a transient failure was tried again. At least 1.</summary>
    public int Attempts { get; init; } = 1;
}

/// <summary>The log itself was mended when it was opened: a process had ended while it wrote.</summary>
/// <param name="Reason">What was found.</param>
public sealed record LogRepaired(string Reason) : AuditEntry
{
    /// <summary>The bytes of the record that was not finished, in Base64; of more than 4,096 the first.</summary>
    public string? Dropped { get; init; }

    /// <summary>How many bytes were dropped.</summary>
    public long DroppedBytes { get; init; }
}
