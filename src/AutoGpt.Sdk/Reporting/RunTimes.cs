using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// Where the time of a run went, by the times of its events. <see cref="Planning"/>, <see cref="Tools"/>, <see cref="Judging"/> and <see cref="Other"/> add up to <see cref="Elapsed"/>. The time
/// between the parts of a run is in none of them; nor is what passed between the last event of a part and the end of its process, which nobody wrote down.
/// </summary>
public sealed record RunTimes
{
    /// <summary>The wall time of the run's parts.</summary>
    [JsonPropertyName("elapsedSeconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Elapsed { get; init; }

    /// <summary>Wall time in which a plan was made.</summary>
    [JsonPropertyName("planningSeconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Planning { get; init; }

    /// <summary>Wall time in which a step ran, or several at once. The time a person took to approve one is in it.</summary>
    [JsonPropertyName("toolsSeconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Tools { get; init; }

    /// <summary>Wall time in which results were judged.</summary>
    [JsonPropertyName("judgingSeconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Judging { get; init; }

    /// <summary>The rest: checks, the journal, the scheduler.</summary>
    [JsonPropertyName("otherSeconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Other { get; init; }

    /// <summary>The time of all steps, one after the other: a second in which three run is three.</summary>
    [JsonPropertyName("busySeconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Busy { get; init; }

    /// <summary>How many steps ran at once, on average over <see cref="Tools"/>: 1 where they ran one after the other. Null where none took time.</summary>
    public double? Parallelism => Tools > TimeSpan.Zero ? Busy / Tools : null;

    internal static RunTimes Of(RunHistory run) => new()
    {
        Elapsed = run.Clock,
        Planning = run.Times[RunPhase.Planning],
        Tools = run.Times[RunPhase.Tools],
        Judging = run.Times[RunPhase.Judging],
        Other = run.Times[RunPhase.Other],
        Busy = run.Times.Busy,
    };
}
