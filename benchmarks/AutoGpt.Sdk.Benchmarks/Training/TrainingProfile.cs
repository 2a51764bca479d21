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
/// Where an update's time goes, on both sides of <see cref="TrainingSpeed"/>: the trainer's own parts in a loop with stopwatches between them, and the plain loop – as it is, and where freed memory
/// is kept as the trainer keeps it. The difference between the last two is the allocator's share.
/// </summary>
internal static class TrainingProfile
{
    private const int Rounds = 3;
    private static readonly string[] s_sides = ["trainer", "plain", "plain, freed memory kept"];
    private static readonly string[] s_phases = ["data", "forward", "backward", "optimiser"];

    public static void Run(string shape, bool asJson)
    {
        // By side and phase: medians over rounds in which the sides take turns.
        Dictionary<string, List<Measured>> rounds = s_sides.ToDictionary(side => side, _ => new List<Measured>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string side in s_sides)
            {
                rounds[side].Add(JsonSerializer.Deserialize<Measured>(OwnProcess.Run("training", "profile", side, shape))!);
            }
        }

        foreach (string side in s_sides)
        {
            double[] milliseconds = [.. s_phases.Select((_, phase) => Statistics.Median(rounds[side].Select(round => round.Milliseconds[phase])))];
            double[] faults = [.. s_phases.Select((_, phase) => Statistics.Median(rounds[side].Select(round => round.PageFaults[phase])))];
            double total = milliseconds.Sum();
            Console.WriteLine(asJson
                ? JsonSerializer.Serialize(new { type = "profile", shape, side, millisecondsPerUpdate = total, phases = s_phases.Select((name, i) => new { name, milliseconds = milliseconds[i], share = milliseconds[i] / total, pageFaults = faults[i] }) })
                : string.Create(CultureInfo.InvariantCulture, $"{shape}, {side}: {total:0.00} ms an update, {faults.Sum():0} page faults\n")
                    + string.Join('\n', s_phases.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"  {name,-10} {milliseconds[i],7:0.00} ms {milliseconds[i] / total,5:0%} {faults[i],8:0} page faults"))));
        }
    }

    /// <summary>The measurement of a side, in this process.</summary>
    public static string Measure(string side, TransformerConfig shape)
    {
        LibTorch.EnsureLoaded();
        if (side != "plain")
        {
            GlibcMalloc.KeepFreedMemory();
        }

        Clock clock = new();
        if (side == "trainer")
        {
            Trainer(shape, clock);
        }
        else
        {
            TrainingSpeed.RunPlain(shape, clock.Begin, clock.End);
        }

        return JsonSerializer.Serialize(clock.PerUpdate());
    }

    // Trainer.Train is this with reports, checkpoints and measurements around it.
    private static void Trainer(TransformerConfig shape, Clock clock)
    {
        using CausalTransformer model = new(shape);
        using AdamW optimizer = new(model.named_parameters());
        TokenDataset data = TrainingSpeed.Data();
        for (int iteration = 0; iteration < TrainingSpeed.WarmUp + TrainingSpeed.Iterations; iteration++)
        {
            clock.Begin(iteration);
            TokenBatch batch = data.GetTrainingBatch(iteration);
            clock.End(0);
            using DisposeScope scope = NewDisposeScope();
            using Scalar share = 1.0 / batch.TargetCount;
            Tensor loss = CausalLoss.Sum(model, batch).mul(share);
            clock.End(1);
            loss.backward();
            _ = loss.item<float>();
            clock.End(2);
            optimizer.Step(1e-3, 1);
            optimizer.ZeroGradients();
            clock.End(3);
        }
    }

    private sealed record Measured(double[] Milliseconds, double[] PageFaults);

    private sealed class Clock
    {
        private readonly TimeSpan[] _times = new TimeSpan[s_phases.Length];
        private readonly long[] _faults = new long[s_phases.Length];
        private long _since;
        private long _faultsSince;
        private bool _counts;

        public void Begin(int iteration)
        {
            _counts = iteration >= TrainingSpeed.WarmUp;
            _faultsSince = ProcessCounters.PageFaults();
            _since = Stopwatch.GetTimestamp();
        }

        public void End(int phase)
        {
            if (_counts)
            {
                _times[phase] += Stopwatch.GetElapsedTime(_since);
                _faults[phase] += ProcessCounters.PageFaults() - _faultsSince;
            }

            _faultsSince = ProcessCounters.PageFaults();
            _since = Stopwatch.GetTimestamp();
        }

        public Measured PerUpdate() => new([.. _times.Select(time => time.TotalMilliseconds / TrainingSpeed.Iterations)], [.. _faults.Select(count => (double)count / TrainingSpeed.Iterations)]);
    }
}
