using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>Addition of two-digit numbers (Karpathy, minGPT): the share of 500 held-out pairs whose sum is right in all digits, each digit decoded greedily after those decoded before it.</summary>
internal sealed class AdderFigure : IFigure
{
    public string Name => "adder";

    public string Usage => "[--iterations 5000] [--evaluate 500] [--batch 64] [--rate 1e-3] [--seed 0]: exact match on 500 held-out pairs";

    public string[] Options => ["--iterations", "--evaluate", "--batch", "--rate", "--seed"];

    public void Run(CommandArguments arguments, FigureOutput output)
    {
        int seed = arguments.Number("--seed", 0);
        AdditionPairs pairs = new(arguments.Number("--batch", 64), seed);

        // minGPT's gpt-nano: 3 layers, 3 heads, 48 wide.
        TransformerConfig config = new()
        {
            VocabularySize = 10, ContextLength = pairs.MaximumLength, Width = 48, Layers = 3, Heads = 3,
            Positions = PositionEncoding.Learned, Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, Bias = true,
        };
        // One thread: the products are so small that a second one waits more than it works.
        TrainerOptions options = new()
        {
            Threads = 1,
            Iterations = arguments.Number("--iterations", 5000), EvaluationInterval = arguments.Number("--evaluate", 500), LearningRate = arguments.Real("--rate", 1e-3), Seed = seed,
        };
        using CausalTransformer model = new(config, new TransformerOptions { Seed = seed });
        using Trainer trainer = new(model, pairs, options with { Callbacks = [new Curve(model, pairs, output)] });
        TrainingResult result = trainer.Train();
        output.Result(("exactMatch", ExactMatch(model, pairs)), ("heldOutPairs", AdditionPairs.HeldOutPairs), ("validationLoss", result.ValidationLoss!), ("parameters", config.ParameterCount()),
            ("iterations", result.Iterations), ("seconds", result.Seconds));
    }

    private static double ExactMatch(CausalTransformer model, AdditionPairs pairs)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (int[] Asked, int[] Answer)[] heldOut = [.. pairs.HeldOut];
        Tensor ids = tensor(heldOut.SelectMany(pair => pair.Asked).Select(digit => (long)digit).ToArray(), [heldOut.Length, heldOut[0].Asked.Length]);
        int asked = heldOut[0].Asked.Length;
        foreach (int _ in heldOut[0].Answer)
        {
            ids = cat([ids, model.forward(ids).select(1, -1).argmax(-1, keepdim: true)], 1);
        }

        long[] decoded = ids.data<long>().ToArray();
        int length = asked + heldOut[0].Answer.Length;
        return heldOut.Where((pair, row) => decoded.AsSpan((row * length) + asked, pair.Answer.Length).SequenceEqual(pair.Answer.Select(digit => (long)digit).ToArray())).Count() / (double)heldOut.Length;
    }

    private sealed class Curve(CausalTransformer model, AdditionPairs pairs, FigureOutput output) : TrainingCallback
    {
        public override void OnMeasured(Trainer trainer, TrainingProgress report) =>
            output.Point(("iteration", report.Iteration), ("seconds", report.Seconds), ("validationLoss", report.ValidationLoss!), ("exactMatch", ExactMatch(model, pairs)));
    }
}
