using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// What decides a run's numbers beside its data: a resumed run must have the same. Iterations and learning rates are not among it, for a run may be
/// made longer or, where it diverges, slower.
/// </summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] // A gradient norm may be infinite.
internal sealed record TrainingSettings(
    JsonNode Objective, int GradientAccumulation, double? GradientNorm, double? AverageDecay, AdamWOptions Optimizer, MuonOptions? Muon, long Seed)
{
    /// <summary>The settings as they are kept: JSON, so that a checkpoint from before a setting was added still reads.</summary>
    public static JsonElement Of(ITrainingObjective objective, TrainerOptions options) => JsonSerializer.SerializeToElement(
        new TrainingSettings(objective.Settings.DeepClone(), options.GradientAccumulation, options.GradientNorm, options.AverageDecay, options.Optimizer, options.Muon, options.Seed),
        TrainingJson.Default.TrainingSettings);

    /// <summary>What differs, as <c>heads 4 instead of 2</c>. What either side does not state does not differ.</summary>
    public static IEnumerable<string> Differences(JsonElement was, JsonElement now, string name = "settings")
    {
        if (was.ValueKind == JsonValueKind.Object && now.ValueKind == JsonValueKind.Object)
        {
            return now.EnumerateObject().SelectMany(setting =>
                was.TryGetProperty(setting.Name, out JsonElement before) ? Differences(before, setting.Value, setting.Name) : []);
        }

        return JsonElement.DeepEquals(was, now) ? [] : [$"{name} {was.GetRawText()} instead of {now.GetRawText()}"];
    }
}
