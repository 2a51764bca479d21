using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk.Training;

/// <summary>What a run must know to go on, besides weights and the optimiser's means; <c>training.json</c> of a checkpoint.</summary>
internal sealed record TrainingState
{
    /// <summary>Updates made; the next batch follows from it.</summary>
    public int Iteration { get; init; }

    public long OptimizerSteps { get; init; }

    public long Tokens { get; init; }

    public double? FirstLoss { get; init; }

    /// <summary>Mean training loss of the last report; null before the first and in older checkpoints.</summary>
    public double? TrainingLoss { get; init; }

    /// <summary>Sum of the losses since the last report: a run that is resumed between two reports must report as one that was not.</summary>
    public double LossSum { get; init; }

    /// <summary>Updates since the last report.</summary>
    public int LossUpdates { get; init; }

    public double? BestValidationLoss { get; init; }

    public int? BestIteration { get; init; }

    /// <summary>The fingerprint of the data.</summary>
    public required string Data { get; init; }

    /// <summary>The <see cref="TrainingSettings"/>; null in older checkpoints.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Mean training loss since the last report; null where nothing was trained since.</summary>
    [JsonIgnore]
    public double? MeanLoss => LossUpdates > 0 ? LossSum / LossUpdates : null;
}

/// <summary>What one update did.</summary>
internal readonly record struct UpdateResult(double Loss, double GradientNorm, double LearningRate, long Tokens);

/// <summary>The JSON of checkpoints and metrics.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TrainingState))]
[JsonSerializable(typeof(TrainingSettings))]
[JsonSerializable(typeof(TrainingProgress))]
internal sealed partial class TrainingJson : JsonSerializerContext;

/// <summary>JSON for people to read.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ReportJson : JsonSerializerContext;
