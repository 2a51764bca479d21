using System.CommandLine;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>resume</c>: goes on with a run whose process ended before it.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Option<FileInfo> journal = new("--journal") { Description = "The file that 'run --journal' wrote.", Required = true };
        Option<string?> run = new("--run") { Description = "The run. Default: the latest that did not end." };
        Option<DirectoryInfo> workspace = new("--workspace")
        {
            Description = "The folder the run worked in; it must be named, or be the current directory, so that no journal leads the agent elsewhere.",
            DefaultValueFactory = _ => new DirectoryInfo(Environment.CurrentDirectory),
        };
        Option<bool> yes = new("--yes") { Description = "Approves what would otherwise be asked, such as a second call of a tool that may have acted already." };
        Option<bool> json = CommandAction.Json();
        Command command = new("resume", "Goes on with a run that was cut off, in the folder and with the model it began with.") { journal, run, workspace, yes, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using SqliteRunJournal stored = JournalFile.Open(parsed.GetValue(journal)!);
            string id = await JournalFile.FindAsync(stored, parsed.GetValue(run), each => each.Status is null, "no run that was cut off", cancellationToken);
            IReadOnlyList<AgentEvent> events = await JournalFile.ReadAsync(stored, id, cancellationToken);
            string folder = JournalFile.Property(events, RunCommand.WorkspaceProperty);
            if (Path.TrimEndingDirectorySeparator(parsed.GetValue(workspace)!.FullName) != Path.TrimEndingDirectorySeparator(folder))
            {
                throw new NotSupportedException($"The run worked in '{Printable.Line(folder, 1000)}': go on with it there, or name that folder with --workspace.");
            }

            using CausalLanguageModel loaded = await ModelSource.LoadAsync(JournalFile.Property(events, RunCommand.ModelProperty), cancellationToken: cancellationToken);
            IApprovalHandler? approval = parsed.GetValue(yes) ? new ApproveAll() : ConsoleApproval.WhereThereIsATerminal();
            AutonomousAgent agent = RunCommand.CreateAgent(loaded, folder, approval, stored);
            await Console.Error.WriteLineAsync($"resuming run {id}: {Printable.Line(((RunStarted)events[0]).Goal.Text, 200)}");
            return await RunCommand.ShowAsync(agent.ResumeStreamingAsync(id, cancellationToken), parsed.GetValue(json), approval);
        });
        return command;
    }
}
