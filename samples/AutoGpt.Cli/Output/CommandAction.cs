using System.CommandLine;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Output;

/// <summary>Runs a command's body and turns what people can put right into one line on standard error.</summary>
internal static class CommandAction
{
    public static Option<bool> Json() => new("--json") { Description = "Writes one JSON object a line to standard output; the last line is the result." };

    public static void Handle(this Command command, Func<ParseResult, CancellationToken, Task<int>> body) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await body(parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("cancelled");
                return ExitCodes.Cancelled;
            }
            catch (Exception exception) when (exception is AutoGptException or ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException or FormatException)
            {
                await Console.Error.WriteLineAsync("error: " + OneLine(exception.Message));
                return ExitCodes.UserError;
            }
        });

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
