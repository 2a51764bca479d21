using System.Diagnostics.CodeAnalysis;
using AutoGpt.Sdk;
using Spectre.Console;

namespace AutoGpt.Cli.Output;

/// <summary>Asks the person at the terminal. The terminal has one writer at a time: a question and a display would overwrite each other.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never used holds nothing to dispose.")]
internal sealed class ConsoleApproval : IApprovalHandler
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _terminal = new(1);

    /// <summary>Completes with the first question: a live display, which holds the terminal as long as it lives, must then end.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Null where nobody can answer: then whatever needs an approval is refused.</summary>
    public static ConsoleApproval? WhereThereIsATerminal() =>
        Console.IsInputRedirected || Console.IsErrorRedirected ? null : new ConsoleApproval();

    /// <summary>Writes to the terminal while no question is open.</summary>
    public async Task WriteAsync(Func<Task> write, CancellationToken cancellationToken = default)
    {
        await _terminal.WaitAsync(cancellationToken);
        try
        {
            await write();
        }
        finally
        {
            _terminal.Release();
        }
    }

    public async ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
    {
        _asked.TrySetResult();
        bool approved = false;
        await WriteAsync(async () => approved = await AskAsync(request, reason, cancellationToken), cancellationToken);
        return approved;
    }

    private static Task<bool> AskAsync(ActionRequest request, string reason, CancellationToken cancellationToken)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.PromptAsync(new ConfirmationPrompt(Markup.Escape($"{PrintableText.Of(request)}\n{Printable.Line(reason, 1000)} Go ahead?")) { DefaultValue = false }, cancellationToken);
    }
}

/// <summary><c>--yes</c>.</summary>
internal sealed class ApproveAll : IApprovalHandler
{
    public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
}
