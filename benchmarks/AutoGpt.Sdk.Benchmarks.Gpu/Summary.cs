using System.Globalization;
using System.Text;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>The end of the output: whole steps in one table, short enough for the tail of a log.</summary>
internal static class Summary
{
    public static void Write(GpuRun run)
    {
        if (run.Decodes.Count + run.Batches.Count == 0)
        {
            return;
        }

        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{run.Driver.Facts.Name}, read bandwidth {run.ReadBandwidth / 1e9:0} GB/s. Milliseconds a token, batch 1; share of the bound by bytes.");
        text.AppendLine("model fmt context launches graph overlap tok/s share host-p50");
        foreach (IGrouping<(string, object, int), DecodeResult> group in run.Decodes.GroupBy(result => (result.Model, (object)result.Format, result.Context)))
        {
            DecodeResult best = group.Where(result => result.Mode.StartsWith("graph", StringComparison.Ordinal)).MinBy(result => result.Milliseconds) ?? group.First();
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{best.Model} {best.Format} {best.Context} {Of("launches")} {Of("graph")} {Of("graph overlapping")} {1000 / best.Milliseconds:0} {best.Bound / best.Milliseconds:0.000} {best.Median:0.000}"));

            string Of(string mode) => group.FirstOrDefault(result => result.Mode == mode)?.Milliseconds.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
        }

        if (run.Batches.Count > 0)
        {
            text.AppendLine("products for 1, 2, 4, 8 sequences: µs (share of the bandwidth)");
            foreach (IGrouping<(string, string, object), (string, string, CudaWeightFormat, int, double Time, double Share)> group in run.Batches.GroupBy(result => (result.Model, result.Product, (object)result.Format)))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{group.Key.Item1} {group.Key.Item3} {group.Key.Item2} {string.Join(' ', group.Select(result => string.Create(CultureInfo.InvariantCulture, $"{result.Time:0.0}({result.Share:0.00})")))}");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"failures {run.Report.Failures}, {run.Watch.Elapsed.TotalSeconds:0} s");
        Console.WriteLine("== summary");
        Console.WriteLine(text);
        run.Report.Text(text.ToString());
    }
}
