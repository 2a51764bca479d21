using System.Diagnostics;

namespace AutoGpt.Sdk.IntegrationTests.CommandLine;

/// <summary>The program <c>autogpt</c> as a process of its own, as people run it.</summary>
internal static class CommandLineProgram
{
    private static readonly string s_path = Find();

    public static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync("dotnet", [s_path, .. arguments]);

    /// <summary>The same where no file may become larger than some kilobytes: a write fails as it does on a full disk.</summary>
    public static Task<(int Code, string Output, string Error)> RunWithoutRoomAsync(int kilobytes, params string[] arguments) =>
        // The signal would kill the process; without it the write fails. .NET keeps its code in files of the memory, unless told not to.
        RunAsync("bash", ["-c", $"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f {kilobytes}; exec dotnet \"$0\" \"$@\"", s_path, .. arguments]);

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    // Built before these tests, in its own folder: its libraries are not theirs.
    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        string output = Path.Combine(folder.Parent!.Name, folder.Name); // Release/net10.0
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AutoGpt.Sdk.sln")))
        {
            folder = folder.Parent;
        }

        string path = Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository."), "samples", "AutoGpt.Cli", "bin", output, "autogpt.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException("The command line was not built.", path);
    }
}
