namespace AutoGpt.Sdk;

/// <summary>A run as a journal lists it.</summary>
/// <param name="RunId">Names the run.</param>
/// <param name="Goal">What was wanted; null where the run's first event does not say.</param>
/// <param name="Started">When it began.</param>
/// <param name="Events">How many events are stored.</param>
/// <param name="Status">How it ended; null while it runs, or where its process ended before it.</param>
public sealed record RunSummary(string RunId, string? Goal, DateTimeOffset Started, long Events, AgentStatus? Status)
{
    /// <summary>The summary of a run's first and last event.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="first">Its first event.</param>
    /// <param name="last">Its last event.</param>
    public static RunSummary Of(string runId, AgentEvent first, AgentEvent last)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(last);
        return new RunSummary(runId, (first as RunStarted)?.Goal?.Text, first.Timestamp, last.Sequence, (last as RunCompleted)?.Result?.Status);
    }
}
