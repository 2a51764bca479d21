using System.Globalization;

namespace AutoGpt.Sdk.Tools;

/// <summary>A living process as <c>/proc</c> shows it (proc(5)): neither one that has ended and waits for its parent, nor a thread of the kernel.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="StartTime">When it began, in clock ticks since the machine did; with the id it names a process for ever.</param>
internal sealed record LinuxProcess(int Id, int Parent, long StartTime)
{
    private const uint KernelThread = 0x00200000; // PF_KTHREAD of the kernel's sched.h.

    private string? _environment;

    public static IEnumerable<LinuxProcess> All()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && Read(id) is { } process)
            {
                yield return process;
            }
        }
    }

    /// <summary>Reads one; null where there is none.</summary>
    public static LinuxProcess? Read(int id)
    {
        // The name, in brackets, may hold anything.
        string? stat = OperatingSystem.IsLinux() ? ReadFile($"/proc/{id}/stat") : null;
        string[] fields = stat is null ? [] : stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && fields[0] is not ("Z" or "X" or "x") && (uint.Parse(fields[6], CultureInfo.InvariantCulture) & KernelThread) == 0
            ? new LinuxProcess(id, int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>
    /// Whether its environment holds a text; null where that cannot be told: it has none, as a process has for a moment while it becomes another program, or it has gone since it was listed – and may have
    /// left others behind, which were not there then.
    /// </summary>
    public bool? EnvironmentHolds(string text)
    {
        _environment ??= ReadFile($"/proc/{Id}/environ") ?? (Read(Id)?.StartTime == StartTime ? "?" : ""); // Somebody else's, or gone.
        return _environment.Length == 0 ? null : _environment.Contains(text, StringComparison.Ordinal);
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
