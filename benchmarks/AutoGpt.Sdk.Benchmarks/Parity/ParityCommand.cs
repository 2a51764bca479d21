using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>
/// The command <c>parity</c>: our logits beside llama.cpp's on the same files, both with keys and values in single precision, teacher-forced on the ids that
/// llama.cpp generates greedily. Exit code 2 where a row does not hold.
/// </summary>
internal static class ParityCommand
{
    private const int Prompt = 16;
    private const int Greedy = 64;

    public static int Run(string[] args)
    {
        CommandArguments arguments = new(
            args, "parity [--models tiny-llama,…] [--types F32,…] [--positions N] [--threads N] [--backend simd|torch] [--write FILE.md]", "--models", "--types", "--positions", "--threads", "--backend", "--write");
        int positions = Math.Max(Prompt + 1, arguments.Number("--positions", 256)), threads = arguments.Number("--threads", 1);
        string[] types = arguments.List("--types", "F32,F16,BF16,Q8_0,Q4_0,Q5_0,Q4_K_M,Q6_K");
        List<ParityRow> rows = [];
        using PeerProcess peer = PeerProcess.Start();
        ModelStore models = new(peer);
        foreach (GgufShape shape in arguments.List("--models", string.Join(',', GgufShape.Tiny.Concat(GgufShape.Trained).Append(GgufShape.Mini).Select(shape => shape.Name))).Select(GgufShape.Of))
        {
            foreach (string type in types)
            {
                string file = models.Get(shape, type);
                peer.Load(file, threads, positions + 1, cache: "f32");
                using Engine engine = EngineLoader.Open(file, arguments.Text("--backend") ?? EngineLoader.Simd, threads, KeyValueFormat.F32);
                int[] prompt = shape == GgufShape.Mini ? MiniWeights.Prompt() : GgufShape.Trained.Contains(shape) ? TrainedModel.Prompt(file, Prompt) : engine.Prompt(Prompt, 0);
                rows.Add(Compare(shape, type, positions, prompt, engine, peer));
                Tell(rows[^1], arguments.Json);
            }
        }

        bool holds = rows.All(row => row.Holds);
        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(new { type = "result", rows = rows.Count, holds }) : $"{rows.Count(row => row.Holds)} of {rows.Count} rows hold");
        if (arguments.Text("--write") is { } document)
        {
            MarkedSection.Write(document, "parity", ParityTable.Of(rows, string.Join(' ', args)));
        }

        return holds ? 0 : 2;
    }

    private static ParityRow Compare(GgufShape shape, string type, int positions, int[] prompt, Engine engine, PeerProcess peer)
    {
        int? window = shape.Config.SlidingWindow;
        int[] generated = peer.Greedy(positions - prompt.Length, window, prompt);
        int[] ids = [.. prompt, .. generated];
        string file = Path.GetTempFileName();
        try
        {
            peer.Score(file, window, ids);
            double tolerance = Tolerance(shape, type);
            LogitComparison logits = LogitComparison.Of(
                engine.Score(ids), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)), shape.Config.VocabularySize, tolerance);
            int count = Math.Min(Greedy, generated.Length);
            int equal = engine.Greedy(count, prompt).AsSpan().CommonPrefixLength(generated.AsSpan(0, count));
            return new ParityRow(shape.Name, shape.Architecture, type, tolerance, logits, equal, count);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Wide enough for what llama.cpp's own rounding does: beside a network in single precision its logits are off by a few thousandths of the spread with F16
    // weights, a hundredth with BF16, 0.03 with eight-bit activations in blocks of 32, 0.04 in blocks of 256. Its GELU is a table of halves.
    // Of random weights the best two tokens are often nearer than that: more than a tenth is then left out, and the row says so.
    private static double Tolerance(GgufShape shape, string type) => type switch
    {
        "F32" => shape.Config.Activation == Activation.Gelu ? 0.002 : 0.0001,
        "F16" => 0.005,
        "BF16" => 0.03,
        _ => type.Contains('K') ? 0.15 : 0.1,
    };

    private static void Tell(ParityRow row, bool json) => Console.WriteLine(json
        ? JsonSerializer.Serialize(row.ToRow())
        : string.Create(CultureInfo.InvariantCulture,
            $"{row.Model,-15} {row.Type,-7} error {row.Logits.RootMeanSquare:0.0e+0} (largest {row.Logits.Maximum:0.0e+0}) of the spread; {row.Logits.Disagreements} of {row.Logits.Positions - row.Logits.LeftOut} differ, {row.Logits.ShareLeftOut:P1} left out below {row.Tolerance}, widest {row.Logits.WidestMargin:0.0e+0}; greedy {row.Greedy} of {row.GreedyOf}{(row.Holds ? "" : "  FAILS")}"));
}
