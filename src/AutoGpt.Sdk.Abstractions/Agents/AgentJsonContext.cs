using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// How events and results are written as JSON: camel-case names, a closed <c>type</c> per event, no duplicate names, no
/// reflection. Journals, command lines and user interfaces share it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(AgentEvent))]
[JsonSerializable(typeof(AgentResult))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(PlanTemplate))]
[JsonSerializable(typeof(AgentSessionState))]
[JsonSerializable(typeof(string))]
public sealed partial class AgentJsonContext : JsonSerializerContext;
