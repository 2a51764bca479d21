using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>A line of an audit log, after its signature.</summary>
/// <param name="Sequence">Position in the log, from 1, without gaps.</param>
/// <param name="Timestamp">When it was written, by the log's time provider.</param>
/// <param name="Previous">The signature of the record before, in hexadecimal; of the first record zeros.</param>
/// <param name="Entry">What is kept.</param>
public sealed record AuditRecord(long Sequence, DateTimeOffset Timestamp, string Previous, AuditEntry Entry);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
