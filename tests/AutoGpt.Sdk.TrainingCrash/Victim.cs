using System.Text;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.TrainingCrash;

/// <summary>
/// Trains a tiny network into a folder, or goes on where an earlier life was killed. It says what it does, a line each: <c>open</c>, then <c>begin</c>, <c>report</c>, <c>measured</c> and
/// <c>checkpoint</c> with the updates made, last <c>end</c>; where the run fails, <c>failed</c> and why.
/// </summary>
internal static class Victim
{
    public const int Iterations = 48;

    /// <summary>What is trained with: every part of the state that a checkpoint holds is there in one of them.</summary>
    public static readonly string[] Settings = ["adamw", "muon"];

    // Checkpoints fall between reports and between measurements, so that what is counted from one report to the next has to survive as well.
    private static readonly TrainerOptions s_options = new()
    {
        Iterations = Iterations, WarmUpIterations = 4, AverageDecay = .9, Seed = 3, ReportInterval = 2, EvaluationInterval = 7, EvaluationBatches = 1, CheckpointInterval = 3, Threads = 1,
    };

    public static int Work(string folder, string setting)
    {
        Say("open");
        TransformerConfig config = new()
        {
            VocabularySize = 20, ContextLength = 16, Width = 32, Layers = 2, Heads = 2, FeedForwardWidth = 64,
            Positions = PositionEncoding.Rotary, Normalization = Normalization.RmsNorm, Activation = Activation.SwiGlu, TiedHead = true,
        };
        TokenDataset text = new(Enumerable.Range(0, 2000).Select(i => (i * i / 7) % 20).ToArray(), new TokenDatasetOptions { BatchSize = 4, BlockLength = 16 });
        using CausalTransformer model = new(config, new TransformerOptions { Seed = 1, Dropout = .1 });
        TrainerOptions options = s_options with { OutputFolder = folder, Resume = true, Muon = setting == "muon" ? new MuonOptions() : null, Callbacks = [new Voice()] };
        try
        {
            using Trainer trainer = new(model, text, options);
            Say($"begin {trainer.Iteration}");
            trainer.Train();
            Say("end");
            return 0;
        }
        catch (Exception exception) when (exception is IOException or AutoGptException)
        {
            Say("failed " + exception.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }

    private static void Say(string line)
    {
        // One write a line: a kill leaves none in halves.
        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private sealed class Voice : TrainingCallback
    {
        public override void OnReport(Trainer trainer, TrainingProgress report) => Say($"report {report.Iteration}");

        public override void OnMeasured(Trainer trainer, TrainingProgress report) => Say($"measured {report.Iteration}");

        public override void OnCheckpoint(Trainer trainer, string folder) => Say($"checkpoint {trainer.Iteration}");
    }
}
