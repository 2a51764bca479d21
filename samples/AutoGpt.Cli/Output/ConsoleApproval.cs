using AutoGpt.Sdk;
using Spectre.Console;

namespace AutoGpt.Cli.Output;

/// <summary>Asks the person at the terminal.</summary>
internal sealed class ConsoleApproval : IApprovalHandler
{
    /// <summary>Null where nobody can answer: then whatever needs an approval is refused.</summary>
    public static ConsoleApproval? WhereThereIsATerminal() =>
        Console.IsInputRedirected || Console.IsErrorRedirected ? null : new ConsoleApproval();

    public async ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.PromptAsync(new ConfirmationPrompt(Markup.Escape($"{Printable.Line(reason)} Go ahead?")) { DefaultValue = false }, cancellationToken);
    }
}

/// <summary><c>--yes</c>.</summary>
internal sealed class ApproveAll : IApprovalHandler
{
    public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
}
