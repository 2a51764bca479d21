using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Commands;

/// <summary><c>report</c>: a run in figures, or all runs of a journal; and a page about a run.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Option<FileInfo> journal = new("--journal") { Description = "The file that 'run --journal' wrote.", Required = true };
        Option<string?> run = new("--run") { Description = "The run. Default: the latest." };
        Option<bool> all = new("--all") { Description = "All runs of the journal together: success, percentiles, pass^k." };
        Option<FileInfo?> output = new("--output") { Description = "Writes a page about the run there, too." };
        Option<bool> json = CommandAction.Json();
        Command command = new("report", "Tells what a run did and took: steps, time, tokens.") { journal, run, all, output, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using SqliteRunJournal stored = JournalFile.Open(parsed.GetValue(journal)!);
            if (parsed.GetValue(all))
            {
                if (parsed.GetValue(output) is not null || parsed.GetValue(run) is not null)
                {
                    throw new NotSupportedException("--all is about every run; --run and --output are about one.");
                }

                Write(parsed.GetValue(json), await AllAsync(stored, cancellationToken), ReportingJsonContext.Default.RunStatistics, MetricsView.Write);
                return ExitCodes.Done;
            }

            string id = await JournalFile.FindAsync(stored, parsed.GetValue(run), _ => true, "no run", cancellationToken);
            IReadOnlyList<AgentEvent> events = await JournalFile.ReadAsync(stored, id, cancellationToken);
            string? path = parsed.GetValue(output)?.FullName;
            if (path is not null)
            {
                await File.WriteAllTextAsync(path, RunReport.ToHtml(events), cancellationToken);
            }

            Write(parsed.GetValue(json), RunMetrics.Of(events), ReportingJsonContext.Default.RunMetrics, MetricsView.Write, path);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<RunStatistics> AllAsync(SqliteRunJournal journal, CancellationToken cancellationToken)
    {
        List<RunMetrics> runs = [];
        await foreach (RunSummary run in journal.ListAsync(cancellationToken))
        {
            runs.Add(RunMetrics.Of(await JournalFile.ReadAsync(journal, run.RunId, cancellationToken)));
        }

        return RunStatistics.Of(runs);
    }

    private static void Write<T>(bool asJson, T figures, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Action<T> view, string? path = null)
    {
        if (!asJson)
        {
            view(figures);
            if (path is not null)
            {
                Console.Out.WriteLine($"page      {path}");
            }

            return;
        }

        JsonObject result = new() { ["type"] = "result" };
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(figures, type)!.AsObject())
        {
            result[name] = value?.DeepClone();
        }

        if (path is not null)
        {
            result["path"] = path;
        }

        JsonLines.Write(result);
    }
}
