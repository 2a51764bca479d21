using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>
/// Whether others use the machine. llama.cpp's threads spin while they wait for each other: where they share processors it falls to a hundredth of its speed, and a
/// comparison flatters the other side.
/// </summary>
internal static class MachineLoad
{
    /// <summary>Threads that wanted a processor over the last minute, on average; null where the system does not tell. This program's own are among them.</summary>
    public static double? Now => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>Whether that is more than the measurement itself makes.</summary>
    /// <param name="load">The load.</param>
    /// <param name="threads">Threads that measure.</param>
    public static bool IsShared(double? load, int threads) => load > threads + 0.75;
}
