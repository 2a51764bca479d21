using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>This process's memory in RAM, in bytes: its own, and pages of mapped files, which the system may drop.</summary>
internal readonly record struct ProcessMemory(long Private, long Mapped)
{
    /// <summary>Now, as Linux tells it.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is another.</exception>
    public static ProcessMemory Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Which of its pages are private a process learns from Linux only (/proc/self/status).");
        }

        string[] lines = File.ReadAllLines("/proc/self/status");
        return new ProcessMemory(Of(lines, "RssAnon:"), Of(lines, "RssFile:"));
    }

    private static long Of(string[] lines, string name) =>
        1024 * long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}

/// <summary>Looks at the memory every few milliseconds until it is disposed of.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _end = new();

    public MemoryWatch()
    {
        Begin = Most = ProcessMemory.Now();
        _thread = new Thread(() =>
        {
            while (!_end.Wait(10))
            {
                Look();
            }
        });
        _thread.Start();
    }

    public ProcessMemory Begin { get; }

    /// <summary>The most seen of each, not at the same moment.</summary>
    public ProcessMemory Most { get; private set; }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
        Look();
    }

    private void Look()
    {
        ProcessMemory now = ProcessMemory.Now();
        Most = new ProcessMemory(Math.Max(Most.Private, now.Private), Math.Max(Most.Mapped, now.Mapped));
    }
}
