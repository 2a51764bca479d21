using System.Diagnostics;

namespace AutoGpt.Sdk.TrainingCrash;

/// <summary>A process of the victim, from its start to its end or to its kill.</summary>
/// <param name="Lines">What it said.</param>
/// <param name="ExitCode">Its exit code; 0 where it made all updates.</param>
internal sealed record Life(IReadOnlyList<string> Lines, int ExitCode)
{
    /// <summary>Whether all updates were made.</summary>
    public bool Ended => Lines.Contains("end");

    /// <summary>The numbers that were said after a word.</summary>
    public IEnumerable<int> Said(string word) =>
        Lines.Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Select(line => int.Parse(line[(word.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Lets a victim live.</summary>
    /// <param name="folder">Its output folder.</param>
    /// <param name="setting">One of <see cref="Victim.Settings"/>.</param>
    /// <param name="kill">Lines after which it is killed, and how long after the last of them; null lets it be.</param>
    /// <param name="fileLimit">Bytes that no file of its may exceed, as where a disk is full; null for none.</param>
    public static async Task<Life> LiveAsync(string folder, string setting, (int Lines, TimeSpan Delay)? kill = null, int? fileLimit = null)
    {
        using Process victim = Process.Start(Start(folder, setting, fileLimit))!;
        List<string> lines = [];
        TaskCompletionSource due = new();
        Task reading = Task.Run(async () =>
        {
            while (await victim.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                if (lines.Count == kill?.Lines)
                {
                    due.TrySetResult();
                }
            }

            due.TrySetResult();
        });
        if (kill is not null)
        {
            await due.Task;
            await Task.Delay(kill.Value.Delay);
            victim.Kill();
        }

        await reading;
        await victim.WaitForExitAsync();
        return new Life(lines, victim.ExitCode);
    }

    private static ProcessStartInfo Start(string folder, string setting, int? fileLimit)
    {
        ProcessStartInfo start = new() { RedirectStandardOutput = true };
        List<string> command = ["dotnet", typeof(Life).Assembly.Location, "work", folder, setting];
        if (fileLimit is not null)
        {
            // A write past the limit then fails with an error instead of a signal. bash counts in blocks of 1024 bytes.
            command = ["bash", "-c", $"trap '' XFSZ; ulimit -f {fileLimit / 1024}; exec \"$@\"", "bash", .. command];

            // The runtime keeps code in a file in memory, to which the limit applies as well.
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        }

        start.FileName = command[0];
        command[1..].ForEach(start.ArgumentList.Add);
        return start;
    }
}
