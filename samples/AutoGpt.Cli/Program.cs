using System.CommandLine;
using AutoGpt.Cli.Commands;
using AutoGpt.Cli.Output;

RootCommand root = new("An autonomous agent, and the language model it runs on, in one .NET process.")
{
    RunCommand.Create(),
    ResumeCommand.Create(),
    ReplayCommand.Create(),
    ReportCommand.Create(),
    ChatCommand.Create(),
    GenerateCommand.Create(),
    ScoreCommand.Create(),
    TokenizeCommand.Create(),
    DetokenizeCommand.Create(),
    RenderCommand.Create(),
    InfoCommand.Create(),
    BenchCommand.Create(),
    TrainCommand.Create(),
    FinetuneCommand.Create(),
    EvaluateCommand.Create(),
    ExportCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // One line. A word nobody knows says more than the command that is missing for it.
    string problem = (parsed.Errors.FirstOrDefault(error => error.Message.StartsWith("Unrecognized", StringComparison.Ordinal)) ?? parsed.Errors[0]).Message;
    await Console.Error.WriteLineAsync($"error: {Printable.Line(problem, 1000)} (--help tells the options)");
    return ExitCodes.UserError;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
