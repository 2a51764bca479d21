using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Tools;
using Microsoft.Extensions.AI;

namespace AutoGpt.Cli.Commands;

/// <summary><c>replay</c>: plays a run again, with its recorded results instead of tools, and says whether it went as it did.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Option<FileInfo> journal = new("--journal") { Description = "The file that 'run --journal' wrote.", Required = true };
        Option<string?> run = new("--run") { Description = "The run. Default: the latest that has ended." };
        Option<bool> json = CommandAction.Json();
        Command command = new("replay", "Plays a run again without touching a file, and compares.") { journal, run, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using SqliteRunJournal stored = JournalFile.Open(parsed.GetValue(journal)!);
            string id = await JournalFile.FindAsync(stored, parsed.GetValue(run), each => each.Status is not null, "no run that has ended", cancellationToken);
            IReadOnlyList<AgentEvent> events = await JournalFile.ReadAsync(stored, id, cancellationToken);
            using CausalLanguageModel model = await ModelSource.LoadAsync(JournalFile.Property(events, RunCommand.ModelProperty), cancellationToken: cancellationToken);
            AgentComponents parts = new() { Planner = new LanguageModelPlanner(model) };
            foreach (AIFunction tool in WorkspaceTools.Create(Workspace.Open(JournalFile.Property(events, RunCommand.WorkspaceProperty))))
            {
                parts.Tools.Add(tool);
            }

            ReplayResult replay = await RunReplay.ReplayAsync(parts, events, cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonLines.Write(new JsonObject
                {
                    ["type"] = "result",
                    ["run"] = id,
                    ["same"] = replay.IsSame,
                    ["difference"] = replay.Difference,
                    ["status"] = JsonNamingPolicy.CamelCase.ConvertName(replay.Result.Status.ToString()),
                });
            }
            else
            {
                Console.Out.WriteLine(replay.IsSame ? $"run {id} went as recorded" : Printable.Line(replay.Difference!, 1000));
            }

            return replay.IsSame ? ExitCodes.Done : ExitCodes.NotReached;
        });
        return command;
    }
}
