using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Tuning;

/// <summary>What of a model is trained.</summary>
internal enum TuningMethod
{
    Lora,
    Full,
    Prefix,
    Prompt,
}

/// <summary>What <c>finetune</c> was asked for.</summary>
internal sealed record TuningSettings
{
    public required string Model { get; init; }

    public required string Output { get; init; }

    public required TuningMethod Method { get; init; }

    public required LoraConfig Lora { get; init; }

    public required int VirtualTokens { get; init; }

    public required string? InitialText { get; init; }

    public required double Epochs { get; init; }

    public required int? Iterations { get; init; }

    public required double? LearningRate { get; init; }

    public required int BatchTokens { get; init; }

    public required int Accumulation { get; init; }

    public required int? Block { get; init; }

    public required double? Average { get; init; }

    public required int? Patience { get; init; }

    public required int HeldOut { get; init; }

    public required int Seed { get; init; }

    public required Precision Precision { get; init; }

    public required string Device { get; init; }

    public required bool Resume { get; init; }

    public required bool Merge { get; init; }

    public required LabelFormat LabelFormat { get; init; }

    public required bool SkipInvalid { get; init; }

    /// <summary>Positions that are the adapter's.</summary>
    public int Virtual => Method is TuningMethod.Prefix or TuningMethod.Prompt ? VirtualTokens : 0;

    /// <summary>What the papers of each method find works for models of usual size.</summary>
    public double Rate => LearningRate ?? Method switch { TuningMethod.Full => 2e-5, TuningMethod.Prefix => 1e-2, TuningMethod.Prompt => 1e-1, _ => 2e-4 };

    public void Validate()
    {
        Lora.Validate();
        if (Merge && Method != TuningMethod.Lora)
        {
            throw new ArgumentException($"--merge is for lora; {(Method == TuningMethod.Full ? "full writes a whole model in any case" : "virtual tokens cannot be merged into weights")}.");
        }

        if (Path.GetFullPath(Output) == Path.GetFullPath(Model))
        {
            throw new ArgumentException("--output is the folder of the model: name another one.");
        }
    }
}

/// <summary>What came of it.</summary>
/// <param name="Training">The run.</param>
/// <param name="Path">The folder of the adapter, or of the model.</param>
/// <param name="Merged">The folder of the model with the adapter in its weights; null where that was not asked for.</param>
/// <param name="TrainedParameters">Numbers that were trained.</param>
/// <param name="Before">Held-out records before; null where there are none.</param>
/// <param name="After">The same after.</param>
internal sealed record TuningResult(TrainingResult Training, string Path, string? Merged, long TrainedParameters, ModelEvaluationReport? Before, ModelEvaluationReport? After);
