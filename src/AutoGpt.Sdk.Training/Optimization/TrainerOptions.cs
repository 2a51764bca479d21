using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training;

/// <summary>How a <see cref="Trainer"/> trains. Batch and block sizes belong to the <see cref="IBatchSource"/>, dropout and precision to the network.</summary>
public sealed record TrainerOptions
{
    /// <summary>Updates to make in all, those before a resumption included; at least 1. Default 2000.</summary>
    public int Iterations { get; init; } = 2000;

    /// <summary>Batches per update, at least 1. Default 1.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Highest learning rate, above 0. Default 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate at the end, from 0 to <see cref="LearningRate"/>. Default: a tenth of it.</summary>
    public double? MinimumLearningRate { get; init; }

    /// <summary>Iterations over which the learning rate rises, at least 0. Default 100.</summary>
    public int WarmUpIterations { get; init; } = 100;

    /// <summary>Iteration at which the learning rate reaches its minimum. Default <see cref="Iterations"/>.</summary>
    public int? DecayIterations { get; init; }

    /// <summary>How the learning rate falls after the warm-up. Default: half a cosine.</summary>
    public LearningRateShape LearningRateShape { get; init; }

    /// <summary>Constants of the optimiser. Default: those of <see cref="AdamWOptions"/>.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>Where set, the matrices between embedding and head are trained by <see cref="Training.Muon"/> with these constants, the rest by AdamW. Default null: all by AdamW.</summary>
    public MuonOptions? Muon { get; init; }

    /// <summary>Gradients whose norm exceeds this are scaled down to it; null for no limit. Default 1.</summary>
    public double? GradientNorm { get; init; } = 1;

    /// <summary>
    /// Where set, an exponential moving average of the weights is kept with this decay, above 0 and below 1 (.999 is usual): it is what is measured and what <c>best/</c> holds, while
    /// training goes on from the weights themselves. Default null: none.
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>The run ends when as many measurements in a row, at least 1, brought no lower validation loss. Default null: it makes all iterations.</summary>
    public int? Patience { get; init; }

    /// <summary>Iterations between measurements of the validation loss, at least 1; there is one at the end in any case. Default 250.</summary>
    public int EvaluationInterval { get; init; } = 250;

    /// <summary>Validation batches per measurement, at least 1. Default 20.</summary>
    public int EvaluationBatches { get; init; } = 20;

    /// <summary>Iterations between checkpoints, at least 1; there is one at the end and on cancellation in any case. Default 250.</summary>
    public int CheckpointInterval { get; init; } = 250;

    /// <summary>Checkpoints to keep before the last, in <c>earlier/</c>, at least 0. A damaged last one is then replaced by the one before. Default 1.</summary>
    public int KeptCheckpoints { get; init; } = 1;

    /// <summary>Iterations between progress reports and lines of the metrics file, at least 1. Default 10.</summary>
    public int ReportInterval { get; init; } = 10;

    /// <summary>
    /// Folder for <c>last/</c>, <c>earlier/</c> and <c>best/</c> (checkpoints), <c>metrics.jsonl</c>, <c>loss.png</c> and <c>report.html</c>; created where absent. Null writes nothing. Default null.
    /// A trainer has the folder to itself until it is disposed; the file <c>.lock</c> in it sees to that.
    /// </summary>
    public string? OutputFolder { get; init; }

    /// <summary>
    /// Whether to go on from <c>last/</c> in the output folder where there is one. Default false: a folder with a checkpoint is refused. Network, precision,
    /// dropout, data, <see cref="GradientAccumulation"/>, <see cref="GradientNorm"/>, <see cref="AverageDecay"/>, <see cref="Optimizer"/>, <see cref="Muon"/> and <see cref="Seed"/> must be those of the run;
    /// iterations, learning rates and intervals may be others.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Seed of dropout. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Who takes part in the run, in this order. Default: nobody.</summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Threads of libtorch, process-wide; null leaves them as they are. Default null.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether to call <see cref="GlibcMalloc.KeepFreedMemory"/>, which is for good and for the whole process. Default true.</summary>
    public bool KeepFreedMemory { get; init; } = true;

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal LearningRateSchedule Schedule => new(LearningRate, MinimumLearningRate ?? (LearningRate / 10), WarmUpIterations, DecayIterations ?? Iterations, LearningRateShape);

    internal void Validate()
    {
        OptionRange.Require(Iterations >= 1, Iterations, "at least 1");
        OptionRange.Require(GradientAccumulation >= 1, GradientAccumulation, "at least 1");
        OptionRange.Require(LearningRate > 0, LearningRate, "above 0");
        OptionRange.Require(MinimumLearningRate is null || (MinimumLearningRate >= 0 && MinimumLearningRate <= LearningRate), MinimumLearningRate, FormattableString.Invariant($"from 0 to the learning rate, {LearningRate}"));
        OptionRange.Require(WarmUpIterations >= 0, WarmUpIterations, "at least 0");
        OptionRange.Require(AverageDecay is null or (> 0 and < 1), AverageDecay, "above 0 and below 1, or null for none");
        OptionRange.Require(Patience is null or >= 1, Patience, "at least 1, or null for all iterations");
        OptionRange.Require(KeptCheckpoints >= 0, KeptCheckpoints, "at least 0");
        OptionRange.Require(Enum.IsDefined(LearningRateShape), (int)LearningRateShape, "one of its names", nameof(LearningRateShape));
        OptionRange.Require(EvaluationInterval >= 1, EvaluationInterval, "at least 1");
        OptionRange.Require(EvaluationBatches >= 1, EvaluationBatches, "at least 1");
        OptionRange.Require(CheckpointInterval >= 1, CheckpointInterval, "at least 1");
        OptionRange.Require(ReportInterval >= 1, ReportInterval, "at least 1");
        OptionRange.Require(GradientNorm is null or > 0, GradientNorm, "above 0, or null for no limit");
        OptionRange.Require(Threads is null or > 0, Threads, "at least 1, or null to leave them as they are");
        Optimizer.Validate();
        Muon?.Validate();
    }
}
