namespace AutoGpt.Sdk;

/// <summary>What an event that was stored survives.</summary>
public enum Durability
{
    /// <summary>The end of the process, however it comes (<c>synchronous=NORMAL</c>). When the machine loses power, the last events may be lost; the file stays sound.</summary>
    ProcessCrash,

    /// <summary>The loss of power as well (<c>synchronous=FULL</c>): every event waits for the disk, which costs a millisecond or more.</summary>
    PowerLoss,
}
