using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks.Training;

/// <summary>What Linux counts of this process.</summary>
internal static class ProcessCounters
{
    /// <summary>Pages that had to be given to it since it began, none of them from a disk: what memory costs that is given back and taken again. proc(5), minflt.</summary>
    public static long PageFaults()
    {
        // The name of the program, in brackets, may have spaces in it.
        string line = File.ReadAllText("/proc/self/stat");
        return long.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }

    /// <summary>The most memory it had at a time, in bytes. proc(5), VmHWM.</summary>
    public static long PeakMemory() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
