using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>How figures of runs are written as JSON: as <see cref="AgentJsonContext"/> writes events; times are numbers of seconds and named so.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RunMetrics))]
[JsonSerializable(typeof(RunStatistics))]
public sealed partial class ReportingJsonContext : JsonSerializerContext;
