using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

/// <summary>A training run of a second: a tiny network and a text with something to learn.</summary>
internal static class SmallRun
{
    public static TransformerConfig Config { get; } = Shapes.Llama with { ContextLength = 16, VocabularySize = 20 };

    // Each token says the next.
    public static int[] Ids { get; } = [.. Enumerable.Range(0, 2000).Select(i => (i * i / 7) % 20)];

    public static TrainerOptions Options { get; } =
        new() { Iterations = 24, WarmUpIterations = 4, EvaluationInterval = 6, CheckpointInterval = 8, ReportInterval = 2, Seed = 3 };

    public static CausalTransformer Model(double dropout, Precision precision = Precision.Full) =>
        new(Config, new TransformerOptions { Seed = 1, Dropout = dropout, Precision = precision });

    public static TokenDataset Text() => new(Ids, new TokenDatasetOptions { BatchSize = 4, BlockLength = 16 });

    public static TrainingResult Run(
        TrainerOptions options, double dropout = 0, Precision precision = Precision.Full, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using CausalTransformer model = Model(dropout, precision);
        using Trainer trainer = new(model, Text(), options);
        return trainer.Train(progress, cancellationToken);
    }
}
