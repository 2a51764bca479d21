namespace AutoGpt.Sdk;

/// <summary>What the next plan must mind.</summary>
/// <param name="Reason">Why the last plan did not do, in one line.</param>
public sealed record Feedback(string Reason)
{
    /// <summary>The number of the step that failed first, or null when no step failed.</summary>
    public int? FailedStep { get; init; }
}
