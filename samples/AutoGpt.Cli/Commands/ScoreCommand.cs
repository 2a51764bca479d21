using System.CommandLine;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Cli.Commands;

/// <summary><c>score</c>: the log-probability of each id given those before.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        Option<string> ids = new("--ids") { Description = "Token ids, such as 1,2,3.", Required = true };
        Option<string> model = ModelSource.ModelOption();
        Option<string?> adapter = ModelSource.AdapterOption();
        Option<string> backend = ModelSource.BackendOption();
        Option<int?> threads = ModelSource.ThreadsOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("score", "The log-probability of each token given those before; the first has none.") { ids, model, adapter, backend, threads, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(
                parsed.GetValue(model)!, parsed.GetValue(backend)!, parsed.GetValue(threads), cancellationToken);
            IReadOnlyList<double?> scores = await loaded.ScoreAsync(IdList.Parse(parsed.GetValue(ids)!), ModelSource.Adapt(loaded, parsed.GetValue(adapter)), cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonLines.Write(new JsonObject { ["type"] = "result", ["logprobs"] = JsonLines.Array(scores) });
            }
            else
            {
                Console.Out.WriteLine(string.Join(' ', scores.Select(score => score?.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) ?? "-")));
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
