namespace AutoGpt.Cli.Input;

/// <summary>Reads standard input so that Ctrl-C is heeded at once: Console.In's own asynchronous methods block until a line is there.</summary>
internal static class StandardInput
{
    public static Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Console.In.ReadLine(), CancellationToken.None).WaitAsync(cancellationToken);

    public static Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Console.In.ReadToEnd(), CancellationToken.None).WaitAsync(cancellationToken);
}
