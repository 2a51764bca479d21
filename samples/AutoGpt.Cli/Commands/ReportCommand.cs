using System.CommandLine;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Commands;

/// <summary><c>report</c>: a page about a run.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Option<FileInfo> journal = new("--journal") { Description = "The file that 'run --journal' wrote.", Required = true };
        Option<string?> run = new("--run") { Description = "The run. Default: the latest." };
        Option<FileInfo> output = new("--output") { Description = "The page. Default: report.html.", DefaultValueFactory = _ => new FileInfo("report.html") };
        Option<bool> json = CommandAction.Json();
        Command command = new("report", "Writes a page about a run: its plans, steps, times and costs.") { journal, run, output, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using SqliteRunJournal stored = JournalFile.Open(parsed.GetValue(journal)!);
            string id = await JournalFile.FindAsync(stored, parsed.GetValue(run), _ => true, "no run", cancellationToken);
            IReadOnlyList<AgentEvent> events = await JournalFile.ReadAsync(stored, id, cancellationToken);
            string path = parsed.GetValue(output)!.FullName;
            await File.WriteAllTextAsync(path, RunReport.ToHtml(events), cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonLines.Write(new System.Text.Json.Nodes.JsonObject { ["type"] = "result", ["run"] = id, ["path"] = path });
            }
            else
            {
                Console.Out.WriteLine(path);
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
