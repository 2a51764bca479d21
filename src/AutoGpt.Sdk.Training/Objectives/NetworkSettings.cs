using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training;

/// <summary>What of a network decides a run's numbers.</summary>
internal sealed record NetworkSettings(TransformerConfig Network, Precision Precision, double Dropout)
{
    public static JsonNode Of(TransformerConfig config, Precision precision, double dropout) =>
        JsonSerializer.SerializeToNode(new NetworkSettings(config, precision, dropout), NetworkSettingsJson.Default.NetworkSettings)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(NetworkSettings))]
internal sealed partial class NetworkSettingsJson : JsonSerializerContext;
