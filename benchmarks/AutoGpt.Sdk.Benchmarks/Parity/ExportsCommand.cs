using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>
/// The command <c>exports</c>: what the library's writer makes of a single-precision GGUF file beside what <c>llama_model_quantize</c> makes of it, byte for byte, and the ids that
/// llama.cpp generates from the exported file beside our own; or, with <c>--tokenizers</c>, the ids that llama.cpp reads texts as with a tokenizer.json that was exported; or, with
/// <c>--adapters</c>, the ids that it generates from models with a trained adapter in their weights. Exit code 2 where a file differs, a text or, in single precision, a generated id.
/// </summary>
internal static class ExportsCommand
{
    private const int Prompt = 16;
    private const int Greedy = 64;

    public static int Run(string[] args)
    {
        CommandArguments arguments = new(args, "exports [--models trained-llama,…] [--types Q4_K_M,…] | exports --tokenizers tokenizer.json,… | exports --adapters trained-llama,…", "--models", "--types", "--tokenizers", "--adapters");
        GgufType[] types = Array.ConvertAll(arguments.List("--types", string.Join(',', Enum.GetNames<GgufType>())), Enum.Parse<GgufType>);
        bool holds = true;
        using PeerProcess peer = PeerProcess.Start();
        ModelStore models = new(peer);
        foreach (string tokenizer in arguments.Text("--tokenizers")?.Split(',') ?? [])
        {
            TokenizerRow row = TokenizerExport.Compare(tokenizer, peer);
            holds &= row.Equal == row.Texts;
            Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(row.ToRow()) : row.ToString());
        }

        foreach (GgufShape shape in (arguments.Text("--adapters")?.Split(',') ?? []).Select(GgufShape.Of))
        {
            AdapterRow row = AdapterExport.Compare(shape, models.Get(shape, nameof(GgufType.F32)), peer);
            holds &= row.Holds;
            Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(row.ToRow()) : row.ToString());
        }

        foreach (GgufShape shape in arguments.List("--models", string.Join(',', GgufShape.Trained.Append(GgufShape.Mini).Select(shape => shape.Name)))
            .Where(_ => arguments.Text("--tokenizers") is null && arguments.Text("--adapters") is null).Select(GgufShape.Of))
        {
            string source = models.Get(shape, nameof(GgufType.F32));
            foreach (GgufType type in types)
            {
                ExportRow row = Compare(shape, source, type, peer);
                holds &= row.FirstDifference is null && (type != GgufType.F32 || row.Greedy == Greedy);
                Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(row.ToRow()) : row.ToString());
            }
        }

        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(new { type = "result", holds }) : holds ? "all the same" : "FAILS");
        return holds ? 0 : 2;
    }

    private static ExportRow Compare(GgufShape shape, string source, GgufType type, PeerProcess peer)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("exports");
        try
        {
            (string ours, string theirs) = (Path.Combine(folder.FullName, "ours.gguf"), Path.Combine(folder.FullName, "theirs.gguf"));
            long start = Stopwatch.GetTimestamp();
            GgufExportResult written;
            using (ModelFile model = ModelFile.Open(source))
            {
                written = GgufModelWriter.Write(ours, model, new GgufExportOptions { Type = type });
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            peer.Quantize(source, theirs, type.ToString(), pure: false);
            double theirSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return new ExportRow(shape.Name, type, written.Bytes, Difference(ours, theirs), GreedyEqual(shape, ours, peer), Greedy, seconds, theirSeconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int GreedyEqual(GgufShape shape, string file, PeerProcess peer)
    {
        int[] prompt = shape == GgufShape.Mini ? MiniWeights.Prompt() : GgufShape.Trained.Contains(shape) ? TrainedModel.Prompt(file, Prompt) : [.. Enumerable.Range(1, Prompt)];
        peer.Load(file, threads: 1, prompt.Length + Greedy + 1, cache: "f32");
        int[] theirs = peer.Greedy(Greedy, shape.Config.SlidingWindow, prompt);
        peer.Unload();
        using Engine engine = EngineLoader.Open(file, EngineLoader.Simd, threads: 1, KeyValueFormat.F32);
        return engine.Greedy(Greedy, prompt).AsSpan().CommonPrefixLength(theirs);
    }

    /// <summary>The first byte that differs; null where there is none.</summary>
    private static long? Difference(string left, string right)
    {
        byte[] ours = File.ReadAllBytes(left), theirs = File.ReadAllBytes(right);
        int same = ours.AsSpan().CommonPrefixLength(theirs);
        return same == ours.Length && same == theirs.Length ? null : same;
    }

    private sealed record ExportRow(string Model, GgufType Type, long Bytes, long? FirstDifference, int Greedy, int GreedyOf, double Seconds, double TheirSeconds)
    {
        public object ToRow() => new
        {
            type = "row", model = Model, weights = Type.ToString(), bytes = Bytes, firstDifference = FirstDifference, greedyEqual = Greedy, greedyOf = GreedyOf, seconds = Seconds,
            theirSeconds = TheirSeconds,
        };

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Model,-15} {Type,-7} {Bytes,12:N0} bytes, {(FirstDifference is { } at ? $"DIFFERS at byte {at:N0}" : "the same")}; greedy {Greedy} of {GreedyOf}; {Seconds:0.00} s, llama.cpp {TheirSeconds:0.00} s");
    }
}
