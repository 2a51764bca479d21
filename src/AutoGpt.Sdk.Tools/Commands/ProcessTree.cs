using System.ComponentModel;
using System.Diagnostics;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// A process and all that came of it. On Linux the members are found by a variable in their environment, which children inherit, and by their parents: so those are found as well whose
/// parents have ended and who belong to nobody any more. Elsewhere they are found by their parents alone.
/// </summary>
internal sealed class ProcessTree
{
    private const string Variable = "AUTOGPT_COMMAND";
    private const int LooksAtNobody = 4;
    private const int LooksAtTheUndecided = 12;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _mark = Guid.NewGuid().ToString("n");
    private Process? _root;
    private long _start;

    /// <summary>Starts the root.</summary>
    public Process Start(ProcessStartInfo start)
    {
        // Who runs inside a command of somebody else belongs to both.
        start.Environment[Variable] = $"{Environment.GetEnvironmentVariable(Variable)} {_mark}".TrimStart();
        _root = Process.Start(start) ?? throw new ToolException($"'{start.FileName}' did not start.");
        _start = LinuxProcess.Read(_root.Id)?.StartTime ?? 0;
        return _root;
    }

    /// <summary>Kills every member and waits until none is left, the root included.</summary>
    /// <exception cref="ToolException">Some could not be ended.</exception>
    public async Task EndAsync()
    {
        long began = Stopwatch.GetTimestamp();
        int quiet = 0;
        for (int round = 0; ; round++)
        {
            (IReadOnlyCollection<LinuxProcess> members, bool undecided) = Look();
            quiet = members.Count > 0 || _root is { HasExited: false } ? 0 : quiet + 1;

            // Several times: who began while a look went on may have been missed by it, and its child by the next. More often, where somebody may be about to become one of them.
            if (quiet >= (undecided ? LooksAtTheUndecided : LooksAtNobody))
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                throw new ToolException($"Processes of a command could not be ended: {string.Join(", ", members.Select(member => member.Id))}.");
            }

            if (_root is { HasExited: false } root)
            {
                Kill(root, entireTree: !OperatingSystem.IsLinux());
            }

            foreach (LinuxProcess member in members)
            {
                Kill(member);
            }

            if (quiet == 0 || undecided)
            {
                await Task.Delay(Math.Min(1 << round, 50)).ConfigureAwait(false); // Dying takes a moment, too.
            }
        }
    }

    /// <summary>The members there are, and whether there are processes of which it cannot be told yet.</summary>
    private (IReadOnlyCollection<LinuxProcess> Members, bool Undecided) Look()
    {
        if (!OperatingSystem.IsLinux())
        {
            return ([], false);
        }

        LinuxProcess[] all = [.. LinuxProcess.All().Where(process => process.StartTime >= _start && process.Id != Environment.ProcessId)];
        Dictionary<int, LinuxProcess> members = all.Where(process => process.EnvironmentHolds(_mark) == true).ToDictionary(process => process.Id);
        for (int known = -1; known < members.Count;)
        {
            known = members.Count;
            foreach (LinuxProcess child in all.Where(process => members.ContainsKey(process.Parent)))
            {
                members.TryAdd(child.Id, child);
            }
        }

        return (members.Values, all.Any(process => process.EnvironmentHolds(_mark) is null && !members.ContainsKey(process.Id)));
    }

    private static void Kill(LinuxProcess member)
    {
        try
        {
            using Process process = Process.GetProcessById(member.Id);
            if (LinuxProcess.Read(member.Id)?.StartTime == member.StartTime) // Looked at once more: ids are used again.
            {
                Kill(process, entireTree: false);
            }
        }
        catch (ArgumentException)
        {
            // It is gone.
        }
    }

    private static void Kill(Process process, bool entireTree)
    {
        try
        {
            process.Kill(entireTree);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException)
        {
            // It is gone, or will be looked at again.
        }
    }
}
