using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>The command <c>bandwidth</c>: how fast memory is read, once a second for a while, for it moves.</summary>
internal static class BandwidthCommand
{
    public static int Run(string[] args)
    {
        CommandArguments arguments = new(args, "bandwidth [--threads N] [--rounds N]", "--threads", "--rounds");
        using ReadBandwidth bandwidth = new(arguments.Number("--threads", Environment.ProcessorCount));
        List<double> speeds = [];
        for (int round = 0; round < arguments.Number("--rounds", 5); round++)
        {
            speeds.Add(bandwidth.Measure() / 1e9);
            Console.WriteLine(arguments.Json
                ? JsonSerializer.Serialize(new { type = "row", gigabytesPerSecond = speeds[^1] })
                : speeds[^1].ToString("0.0 GB/s", CultureInfo.InvariantCulture));
            Thread.Sleep(500);
        }

        if (arguments.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { type = "result", gigabytesPerSecond = Statistics.Median(speeds), least = speeds.Min(), most = speeds.Max() }));
        }

        return 0;
    }
}
