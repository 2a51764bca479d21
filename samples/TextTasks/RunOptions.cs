using System.CommandLine;

namespace AutoGpt.Samples.TextTasks;

/// <summary>Options that the commands share.</summary>
internal static class RunOptions
{
    public static Option<DirectoryInfo> Output(string name) => new("--output") { Description = "Receives the model and its training report.", DefaultValueFactory = _ => new DirectoryInfo(name) };

    public static Option<int> Iterations(int value) => new("--iterations") { Description = "Updates of the network.", DefaultValueFactory = _ => value };
}

/// <summary>Progress{T} would hand reports to the thread pool, where they overtake each other.</summary>
internal sealed class ErrorProgress<T> : IProgress<T>
{
    public void Report(T value) => Console.Error.WriteLine(value);
}
