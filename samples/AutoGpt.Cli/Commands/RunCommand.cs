using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Tools;

namespace AutoGpt.Cli.Commands;

/// <summary><c>run "GOAL"</c>: the agent works on a goal inside a workspace.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string> goal = new("goal") { Description = "What is wanted, in your own words." };
        Option<DirectoryInfo> workspace = new("--workspace")
        {
            Description = "The folder the agent works in. Default: the current directory.",
            DefaultValueFactory = _ => new DirectoryInfo(Environment.CurrentDirectory),
        };
        Option<bool> yes = new("--yes") { Description = "Approves what would otherwise be asked, such as overwriting a file." };
        Option<int?> maxSteps = new("--max-steps") { Description = "Steps at most. Default: 32." };
        Option<long?> maxTokens = new("--max-tokens") { Description = "Model tokens at most. Default: 100000." };
        Option<int> seed = new("--seed") { Description = "Seeds the run. Default: 0." };
        Option<string> model = ModelSource.ModelOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("run", "Works on a goal over the files of a folder.") { goal, workspace, yes, maxSteps, maxTokens, seed, model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            AgentLimits limits = new();
            limits = limits with { MaxSteps = parsed.GetValue(maxSteps) ?? limits.MaxSteps, MaxTokens = parsed.GetValue(maxTokens) ?? limits.MaxTokens };
            using IDisposable loaded = ModelSource.Load(parsed.GetValue(model)!, out ILanguageModel languageModel);
            AutonomousAgent agent = CreateAgent(
                languageModel, parsed.GetValue(workspace)!.FullName, parsed.GetValue(yes) ? new ApproveAll() : ConsoleApproval.WhereThereIsATerminal());
            AgentRunOptions options = new() { Limits = limits, Seed = parsed.GetValue(seed) };
            AgentResult result = parsed.GetValue(json)
                ? await WriteJsonAsync(agent.RunStreamingAsync(parsed.GetValue(goal)!, options, cancellationToken))
                : await RunView.ShowAsync(agent.RunStreamingAsync(parsed.GetValue(goal)!, options, cancellationToken));
            return ExitCode(result.Status);
        });
        return command;
    }

    public static AutonomousAgent CreateAgent(ILanguageModel model, string folder, IApprovalHandler? approval)
    {
        Workspace workspace = Workspace.Open(folder);
        return AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), components =>
        {
            components.Guards.Add(new WorkspaceGuard(workspace));
            components.Approval = approval;
        });
    }

    public static int ExitCode(AgentStatus status) => status switch
    {
        AgentStatus.Succeeded => ExitCodes.Done,
        AgentStatus.Cancelled => ExitCodes.Cancelled,
        _ => ExitCodes.NotReached,
    };

    private static async Task<AgentResult> WriteJsonAsync(IAsyncEnumerable<AgentEvent> events)
    {
        AgentResult? result = null;
        await foreach (AgentEvent happened in events)
        {
            if (happened is RunCompleted completed)
            {
                result = completed.Result;
                JsonLines.Write(Describe(result));
            }
            else
            {
                JsonLines.Write(JsonSerializer.SerializeToNode(happened, AgentJsonContext.Default.AgentEvent)!);
            }
        }

        return result!;
    }

    private static JsonObject Describe(AgentResult result) => new()
    {
        ["type"] = "result",
        ["status"] = JsonNamingPolicy.CamelCase.ConvertName(result.Status.ToString()),
        ["answer"] = result.Answer,
        ["question"] = result.Question,
        ["reason"] = result.Reason,
        ["steps"] = result.Steps.Count,
        ["plans"] = result.Plans,
        ["tokens"] = result.Tokens,
        ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 3),
    };
}
