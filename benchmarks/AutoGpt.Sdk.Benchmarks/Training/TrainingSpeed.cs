using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Benchmarks.Training;

/// <summary>
/// The command <c>training</c>: tokens per second of the trainer beside a plain TorchSharp loop over the same shape and batches: nanoGPT's CPU setting, and a
/// network of the same size as they are built today. Each
/// measurement is a process of its own, for the trainer's allocator settings hold for a whole process; the two take turns, for the machine's speed drifts. <c>--profile</c> tells where the time goes.
/// </summary>
internal static class TrainingSpeed
{
    private const int Rounds = 5;
    private const int Vocabulary = 65;

    /// <summary>Updates that are not measured.</summary>
    public const int WarmUp = 40;

    /// <summary>Updates that are.</summary>
    public const int Iterations = 200;

    /// <summary>By name: nanoGPT's CPU setting, and RMSNorm, rotary positions, normalised queries and keys and SwiGLU in its place.</summary>
    public static IReadOnlyDictionary<string, TransformerConfig> Shapes { get; } = new Dictionary<string, TransformerConfig>
    {
        ["nanogpt"] = new()
        {
            VocabularySize = Vocabulary, ContextLength = 64, Width = 128, Layers = 4, Heads = 4, FeedForwardWidth = 512,
            Positions = PositionEncoding.Learned, Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, TiedHead = true,
        },
        ["modern"] = new() { VocabularySize = Vocabulary, ContextLength = 64, Width = 128, Layers = 4, Heads = 4, FeedForwardWidth = 336, QueryKeyNorm = true, TiedHead = true },
    };

    // Nothing is held out: a validation before the last report would count as training.
    private static readonly TokenDatasetOptions s_batches = new() { BlockLength = 64, BatchSize = 12, ValidationShare = 0 };

    public static int Run(string[] args)
    {
        bool asJson = args.Contains("--json");
        if (args is [_, "profile", var side, var of])
        {
            Console.WriteLine(TrainingProfile.Measure(side, Shapes[of]));
            return 0;
        }

        if (args is [_, "plain" or "trainer", var shape])
        {
            LibTorch.EnsureLoaded();
            Console.WriteLine((args[1] == "plain" ? Plain(Shapes[shape]) : OfTrainer(Shapes[shape])).ToString("r", CultureInfo.InvariantCulture));
            return 0;
        }

        foreach (string name in Shapes.Keys)
        {
            Compare(name, asJson);
            if (args.Contains("--profile"))
            {
                TrainingProfile.Run(name, asJson);
            }
        }

        return 0;
    }

    private static void Compare(string shape, bool asJson)
    {
        List<double> plain = [], trainer = [];
        for (int round = 0; round < Rounds; round++)
        {
            plain.Add(Measure("plain", shape));
            trainer.Add(Measure("trainer", shape));
        }

        double ratio = Median([.. trainer.Zip(plain, (ours, theirs) => ours / theirs)]);
        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(new { type = "result", shape, trainerTokensPerSecond = Median(trainer), plainTokensPerSecond = Median(plain), ratio, rounds = Rounds })
            : string.Create(CultureInfo.InvariantCulture, $"{shape}: trainer {Median(trainer):N0} tokens/s, plain TorchSharp {Median(plain):N0} tokens/s, ratio {ratio:0.00} (medians of {Rounds} rounds, fp32)"));
    }

    private static double Measure(string what, string shape) => double.Parse(OwnProcess.Run("training", what, shape), CultureInfo.InvariantCulture);

    private static double OfTrainer(TransformerConfig shape)
    {
        using CausalTransformer model = new(shape);
        Warm warm = new();
        using Trainer trainer = new(model, Data(), new TrainerOptions { Iterations = WarmUp + Iterations, EvaluationInterval = 10_000, ReportInterval = WarmUp });
        trainer.Train(warm);
        return Speed(warm.Watch.Elapsed);
    }

    private static double Plain(TransformerConfig shape)
    {
        Stopwatch watch = new();
        RunPlain(
            shape,
            iteration =>
            {
                if (iteration == WarmUp)
                {
                    watch.Start();
                }
            },
            _ => { });
        return Speed(watch.Elapsed);
    }

    /// <summary>The plain loop.</summary>
    /// <param name="shape">The network's shape.</param>
    /// <param name="begun">Told the number of an update that begins.</param>
    /// <param name="done">Told what is done of it: 0 data, 1 forward, 2 backward, 3 the optimiser's step.</param>
    public static void RunPlain(TransformerConfig shape, Action<int> begun, Action<int> done)
    {
        using nn.Module<Tensor, Tensor> model = shape.Activation == Activation.Gelu
            ? new PlainTransformer(Vocabulary, shape.ContextLength, shape.Width, shape.Layers, shape.Heads)
            : new PlainModernTransformer(Vocabulary, shape.ContextLength, shape.Width, shape.Layers, shape.Heads, shape.FeedForwardWidth);
        optim.Optimizer optimizer = optim.AdamW(model.parameters(), lr: 1e-3, beta1: .9, beta2: .95, weight_decay: .1);
        TokenDataset data = Data();
        for (int iteration = 0; iteration < WarmUp + Iterations; iteration++)
        {
            begun(iteration);
            using DisposeScope scope = NewDisposeScope();
            TokenBatch batch = data.GetTrainingBatch(iteration);
            Tensor ids = tensor(batch.Ids.Select(id => (long)id).ToArray(), [batch.Rows, batch.Length]);
            Tensor targets = tensor(batch.Targets.Select(id => (long)id).ToArray());
            done(0);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.forward(ids).view(-1, Vocabulary), targets);
            done(1);
            loss.backward();
            done(2);
            nn.utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
            _ = loss.item<float>();
            done(3);
        }
    }

    public static TokenDataset Data()
    {
        Random random = new(1);
        return new TokenDataset(Enumerable.Range(0, 200_000).Select(_ => random.Next(Vocabulary)).ToArray(), s_batches);
    }

    private static double Speed(TimeSpan time) => Iterations * s_batches.BatchSize * s_batches.BlockLength / time.TotalSeconds;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    // Starts the clock after the first report and stops it with the last.
    private sealed class Warm : IProgress<TrainingProgress>
    {
        public Stopwatch Watch { get; } = new();

        public void Report(TrainingProgress value)
        {
            if (value.Iteration == WarmUp)
            {
                Watch.Start();
            }
            else if (value.Iteration == WarmUp + Iterations)
            {
                Watch.Stop();
            }
        }
    }
}
