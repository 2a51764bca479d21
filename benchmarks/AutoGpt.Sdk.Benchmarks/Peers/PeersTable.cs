using System.Globalization;
using System.Text;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>The comparison as docs/benchmarks.md shows it.</summary>
internal static class PeersTable
{
    public static string Of(IReadOnlyList<CellResult> results, PeersSummary summary, string peer, string command)
    {
        StringBuilder text = new();
        int rounds = results.Max(result => result.Ours.Count);
        Line($"{Machine()}; medians of {rounds} rounds in turn, both sides on the same file. `B {command}`");
        Line($"");
        Line($"| model | weights | what | tokens/s | {peer} | ratio (least–most) | weights read | of the read bandwidth |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (CellResult result in results)
        {
            string read = result.BandwidthShare is double share ? $"{Number(result.Speed * result.BytesPerToken / 1e9)} GB/s | {share * 100:0} % of {Number(Statistics.Median(result.Bandwidth) / 1e9)}" : "– | –";
            string ratio = string.Create(CultureInfo.InvariantCulture, $"{result.Ratio:0.00}");
            Line($"| {result.Model} | {result.Type} | {Name(result.Cell)} | {Number(result.Speed)} | {Number(result.PeerSpeed)} | {(result.Ratio < 1 ? $"**{ratio}, lost**" : ratio)} ({result.Ratios.Min():0.00}–{result.Ratios.Max():0.00}) | {read} |");
        }

        Line($"");
        Line($"{char.ToUpperInvariant(summary.Text[0])}{summary.Text[1..]}.");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Name(PeerCell cell) => cell switch
    {
        PeerCell.Decode => "decode, 16 + 128 tokens",
        PeerCell.Prefill => "prefill, 512 tokens",
        _ => "8 sequences at once",
    };

    private static string Machine()
    {
        string processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "" : "";
        return $"{processor}, {Environment.ProcessorCount} processors, {CpuKernels.Description}, .NET {Environment.Version}";
    }
}
