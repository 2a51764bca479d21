using System.Diagnostics;
using System.Globalization;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>Activation checkpointing: the most memory a training process had, and time per update, with and without; a process each, in turns.</summary>
internal sealed class ActivationsFigure : IFigure
{
    private const int Rounds = 3, Updates = 6;

    public string Name => "activations";

    public string Usage => "[--layers 12] [--width 256] [--block 256] [--batch 8] [--dropout .1]: peak memory and time with and without activation checkpointing";

    public string[] Options => ["--layers", "--width", "--block", "--batch", "--dropout", "--checkpoint"];

    public void Run(CommandArguments arguments, FigureOutput output)
    {
        string[] shape = [.. Options.SkipLast(1).Where(name => arguments.Text(name) is not null).SelectMany(name => new[] { name, arguments.Text(name)! })];
        if (arguments.Text("--checkpoint") is string checkpoint)
        {
            (long peak, double seconds) = Measure(arguments, checkpoint == "yes");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peak} {seconds:r}"));
            return;
        }

        List<double[]> without = [], with = [];
        for (int round = 0; round < Rounds; round++)
        {
            without.Add(Of("no"));
            with.Add(Of("yes"));
        }

        double Median(List<double[]> rounds, int at) => Statistics.Median(rounds.Select(round => round[at]));
        output.Result(("peakMegabytes", Median(without, 0) / 1e6), ("peakMegabytesWithCheckpoints", Median(with, 0) / 1e6), ("memoryRatio", Median(with, 0) / Median(without, 0)),
            ("secondsPerUpdate", Median(without, 1)), ("secondsPerUpdateWithCheckpoints", Median(with, 1)), ("timeRatio", Median(with, 1) / Median(without, 1)));

        double[] Of(string checkpoint) => [.. OwnProcess.Run(["figures", Name, .. shape, "--checkpoint", checkpoint]).Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    private static (long Peak, double Seconds) Measure(CommandArguments arguments, bool checkpoint)
    {
        int block = arguments.Number("--block", 256), batch = arguments.Number("--batch", 8), width = arguments.Number("--width", 256);
        TransformerConfig config = new() { VocabularySize = 256, ContextLength = block, Width = width, Layers = arguments.Number("--layers", 12), Heads = Math.Max(1, width / 64), FeedForwardWidth = width * 8 / 3 / 16 * 16, TiedHead = true };
        using CausalTransformer model = new(config, new TransformerOptions { Dropout = arguments.Real("--dropout", .1), CheckpointActivations = checkpoint });
        using AdamW optimizer = new(model.named_parameters());
        Random random = new(1);
        TokenDataset data = new(Enumerable.Range(0, 100_000).Select(_ => random.Next(256)).ToArray(), new TokenDatasetOptions { BlockLength = block, BatchSize = batch, ValidationShare = 0 });
        GlibcMalloc.KeepFreedMemory();
        Stopwatch watch = new();
        for (int update = 0; update <= Updates; update++)
        {
            using DisposeScope scope = NewDisposeScope();
            using Tensor loss = CausalLoss.Sum(model, data.GetTrainingBatch(update));
            loss.backward();
            optimizer.Step(1e-4, 1);
            optimizer.ZeroGradients();
            if (update == 0)
            {
                watch.Start();
            }
        }

        return (ProcessCounters.PeakMemory(), watch.Elapsed.TotalSeconds / Updates);
    }
}
