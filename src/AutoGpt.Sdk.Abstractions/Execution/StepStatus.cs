using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>How a step ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepStatus>))]
public enum StepStatus
{
    /// <summary>The tool returned.</summary>
    [JsonStringEnumMemberName("succeeded")] Succeeded,

    /// <summary>The tool threw, or its arguments did not fit.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The guard did not allow the call; the tool was not called.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>The tool took longer than it may.</summary>
    [JsonStringEnumMemberName("timedOut")] TimedOut,

    /// <summary>The run was cancelled while the tool ran.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>The process ended while the tool ran: it may have run or not, and was not called again.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,

    /// <summary>A step this one depends on did not succeed; the tool was not called.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,
}
