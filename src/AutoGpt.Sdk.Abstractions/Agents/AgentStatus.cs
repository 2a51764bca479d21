using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>How a run ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgentStatus>))]
public enum AgentStatus
{
    /// <summary>The goal was reached.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>The goal was not reached and no more plans are worth trying.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The agent asks rather than guesses: see <see cref="AgentResult.Question"/>.</summary>
    [JsonStringEnumMemberName("needsInput")] NeedsInput,

    /// <summary>A bound of <see cref="AgentLimits"/> ended the run.</summary>
    [JsonStringEnumMemberName("limitReached")] LimitReached,

    /// <summary>The guard, or the person it asked, forbade an action the goal needs.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>The caller cancelled the run.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
