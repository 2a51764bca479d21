using System.CommandLine;

namespace AutoGpt.Cli.Output;

/// <summary>Runs a command's body and turns what people can put right into one line on standard error.</summary>
internal static class CommandAction
{
    public static Option<bool> Json() => new("--json") { Description = "Writes one JSON object a line to standard output; the last line is the result." };

    public static void Handle(this Command command, Func<ParseResult, CancellationToken, Task<int>> body) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Ctrl-C cancels the token only from when this method has returned its task: what blocks, such as loading a model, comes after that.
            await Task.Yield();
            try
            {
                return await body(parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("cancelled");
                return ExitCodes.Cancelled;
            }
            catch (Exception exception) when (Problem.Of(exception) is not null)
            {
                await Console.Error.WriteLineAsync("error: " + Problem.Of(exception));
                return ExitCodes.UserError;
            }
        });
}
