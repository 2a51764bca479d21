using System.Diagnostics;

namespace AutoGpt.Sdk.Benchmarks.Training;

/// <summary>This program once more: what is set for a whole process, or grows with it, must not reach the next measurement.</summary>
internal static class OwnProcess
{
    /// <summary>Runs a command and waits for its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(params string[] command)
    {
        bool isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" && Environment.GetCommandLineArgs()[0].EndsWith(".dll", StringComparison.Ordinal);
        ProcessStartInfo start = new(Environment.ProcessPath!, isHosted ? [Environment.GetCommandLineArgs()[0], .. command] : command) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with exit code {process.ExitCode}.");
    }
}
