using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>
/// The command <c>peers</c>: our decoder beside llama.cpp, or beside the readable network in TorchSharp, on the same files, in one run, taking turns. Exit code 2 where a cell is lost, 3 where
/// others used the machine.
/// </summary>
internal static class PeersCommand
{
    public static int Run(string[] args)
    {
        PeersOptions options = PeersOptions.Parse(args);
        List<CellResult> results = [];
        double? load = MachineLoad.Now;
        using PeerProcess peer = PeerProcess.Start();
        using ReadBandwidth bandwidth = new(options.Threads);
        ModelStore models = new(peer);
        Comparison comparison = new(peer, bandwidth, options.Rounds);
        foreach (GgufShape shape in options.Models)
        {
            foreach (string type in options.Types)
            {
                string file = models.Get(shape, type);
                using Engine? torch = options.AgainstTorch ? EngineLoader.Open(file, EngineLoader.Torch, options.Threads) : null;
                ISide other = torch is null ? peer : torch;
                if (torch is null)
                {
                    peer.Load(file, options.Threads, 640, 8);
                }

                using Engine engine = EngineLoader.Open(file, EngineLoader.Simd, options.Threads);
                foreach (PeerCell cell in options.Cells)
                {
                    (List<double> ours, List<double> theirs, List<double> read) = comparison.Measure(cell, engine, other);
                    results.Add(new CellResult(shape.Name, type, cell, engine.BytesPerToken, ours, theirs, read));
                    Tell(results[^1], options.Json);
                    load = MachineLoad.Now is double now ? Math.Max(now, load ?? 0) : null;
                }

                peer.Unload();
            }
        }

        PeersSummary summary = new(results);
        Console.WriteLine(options.Json ? JsonSerializer.Serialize(summary.ToRow()) : summary.Text);
        if (MachineLoad.IsShared(load, options.Threads))
        {
            // Nothing of such a run belongs into a document.
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The machine was shared (load {load:0.0} with {options.Threads} threads): these ratios mean nothing. Nothing is written."));
            return 3;
        }

        if (options.Write is { } document)
        {
            MarkedSection.Write(document, "peers", PeersTable.Of(results, summary, options.AgainstTorch ? "TorchSharp" : "llama.cpp", string.Join(' ', args)));
        }

        return summary.Lost.Count == 0 ? 0 : 2;
    }

    private static void Tell(CellResult result, bool json) => Console.WriteLine(json
        ? JsonSerializer.Serialize(result.ToRow())
        : string.Create(CultureInfo.InvariantCulture,
            $"{result.Model,-14} {result.Type,-8} {result.Cell,-12} {result.Speed,8:0.0} beside {result.PeerSpeed,8:0.0} tokens/s: {result.Ratio:0.00} ({result.Ratios.Min():0.00}–{result.Ratios.Max():0.00}); {result.BandwidthShare:P0} of {Statistics.Median(result.Bandwidth) / 1e9:0.0} GB/s"));
}
