using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>
/// The command <c>adapters</c>: what low-rank adapters of all linear layers cost while they are beside the weights. One sequence without and with one, and a batch of sequences without, all with the same
/// one and each with its own, in turn in every round. Exit code 3 where others used the machine.
/// </summary>
internal static class AdapterCost
{
    private const string Usage = "adapters [--model smollm2-135m] [--types Q8_0] [--rank 8] [--sequences 8] [--rounds 9] [--threads 2]";
    private const int Prompt = 16;
    private const int Tokens = 64;

    public static int Run(string[] args)
    {
        CommandArguments arguments = new(args, Usage, "--model", "--types", "--rank", "--sequences", "--rounds", "--threads");
        GgufShape shape = GgufShape.Of(arguments.Text("--model") ?? "smollm2-135m");
        (int rank, int sequences, int rounds, int threads) = (arguments.Number("--rank", 8), arguments.Number("--sequences", 8), arguments.Number("--rounds", 9), arguments.Number("--threads", 2));
        LoraAdapter[] adapters = [.. Enumerable.Range(0, sequences).Select(seed => Random(shape.Config, rank, seed))];
        double? load = MachineLoad.Now;
        foreach (string type in arguments.List("--types", "Q8_0"))
        {
            using Engine plain = EngineLoader.Open(ModelStore.Find(shape, type), EngineLoader.Simd, threads);
            using Engine one = plain.With(adapters[..1]), several = plain.With(adapters);
            (string Name, Func<double> Speed)[] cells =
            [
                ("one sequence", () => plain.Decode(Prompt, Tokens)), ("one sequence, an adapter", () => one.Decode(Prompt, Tokens)), (FormattableString.Invariant($"{sequences} sequences"), () => plain.Batch(sequences, Tokens)),
                (FormattableString.Invariant($"{sequences} sequences, the same adapter"), () => one.Batch(sequences, Tokens)), (FormattableString.Invariant($"{sequences} sequences, an adapter each"), () => several.Batch(sequences, Tokens)),
            ];
            List<double>[] speeds = Array.ConvertAll(cells, cell =>
            {
                cell.Speed(); // Unmeasured: pages are mapped, code is compiled.
                return new List<double>();
            });
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < cells.Length; i++)
                {
                    int cell = (i + round) % cells.Length;
                    speeds[cell].Add(cells[cell].Speed());
                }
            }

            load = Math.Max(load ?? 0, MachineLoad.Now ?? 0);
            Tell(shape.Name, type, rank, [.. cells.Select((cell, index) => (cell.Name, speeds[index], speeds[index < 2 ? 0 : 2]))], arguments.Json);
        }

        if (MachineLoad.IsShared(load, threads))
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The machine was shared (load {load:0.0} with {threads} threads): these speeds mean little."));
            return 3;
        }

        return 0;
    }

    private static void Tell(string model, string type, int rank, (string Name, List<double> Speeds, List<double> Plain)[] cells, bool json)
    {
        foreach ((string name, List<double> speeds, List<double> plain) in cells)
        {
            double[] ratios = [.. speeds.Zip(plain, (speed, without) => speed / without)];
            (double speed, double ratio) = (Statistics.Median(speeds), Statistics.Median(ratios));
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new { type = "row", model, weights = type, rank, cell = name, tokensPerSecond = speed, ratio, least = ratios.Min(), most = ratios.Max() })
                : string.Create(CultureInfo.InvariantCulture, $"{model} {type}, rank {rank}: {name,-32} {speed,8:0.0} tokens/s, {ratio:0.00} ({ratios.Min():0.00}–{ratios.Max():0.00}) of the speed without"));
        }
    }

    private static LoraAdapter Random(TransformerConfig config, int rank, int seed)
    {
        Random random = new(seed);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5) * 0.02f)];
        return new LoraAdapter(
            new LoraConfig { Rank = rank, Alpha = 2 * rank },
            AdapterTarget.Find(config, [LoraConfig.AllLinear]).Select(target => new LoraLayer(target.Path, rank, Numbers(rank * target.Inputs), Numbers(target.Outputs * rank), 2)));
    }
}
