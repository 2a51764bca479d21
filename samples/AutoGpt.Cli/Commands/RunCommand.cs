using System.CommandLine;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Tools;

namespace AutoGpt.Cli.Commands;

/// <summary><c>run "GOAL"</c>: the agent works on a goal inside a workspace.</summary>
internal static class RunCommand
{
    // What a resumed run needs to know of the one that was cut off.
    public const string WorkspaceProperty = "workspace";
    public const string ModelProperty = "model";

    public static Command Create()
    {
        Argument<string> goal = new("goal") { Description = "What is wanted, in your own words." };
        Option<DirectoryInfo> workspace = new("--workspace")
        {
            Description = "The folder the agent works in. Default: the current directory.",
            DefaultValueFactory = _ => new DirectoryInfo(Environment.CurrentDirectory),
        };
        Option<FileInfo?> journal = new("--journal") { Description = "A file that keeps what happens, so that 'resume' can go on after a crash; created where there is none. Default: nothing is kept." };
        Option<bool> yes = new("--yes") { Description = "Approves what would otherwise be asked, such as overwriting a file." };
        Option<int?> maxSteps = new("--max-steps") { Description = "Steps at most. Default: 32." };
        Option<long?> maxTokens = new("--max-tokens") { Description = "Model tokens at most. Default: 100000." };
        maxSteps.Require<int>(steps => steps >= 1, "at least 1");
        maxTokens.Require<long>(tokens => tokens >= 1, "at least 1");
        Option<int> seed = new("--seed") { Description = "Seeds the run. Default: 0." };
        Option<string> model = ModelSource.ModelOption();
        Option<bool> json = CommandAction.Json();
        Command command = new("run", "Works on a goal over the files of a folder.") { goal, workspace, journal, yes, maxSteps, maxTokens, seed, model, json };
        command.Handle(async (parsed, cancellationToken) =>
        {
            AgentLimits limits = new();
            limits = limits with { MaxSteps = parsed.GetValue(maxSteps) ?? limits.MaxSteps, MaxTokens = parsed.GetValue(maxTokens) ?? limits.MaxTokens };
            string folder = parsed.GetValue(workspace)!.FullName;
            if (parsed.GetValue(journal) is { } inside && IsWithin(folder, inside.FullName))
            {
                throw new NotSupportedException($"The journal '{inside.FullName}' lies in the folder the agent works in, which could change it: name a file outside, such as ../{inside.Name}.");
            }

            using SqliteRunJournal? stored = parsed.GetValue(journal) is { } file ? SqliteRunJournal.Open(file.FullName) : null;
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(parsed.GetValue(model)!, cancellationToken: cancellationToken);
            IApprovalHandler? approval = parsed.GetValue(yes) ? new ApproveAll() : ConsoleApproval.WhereThereIsATerminal();
            AutonomousAgent agent = CreateAgent(loaded, folder, approval, stored);
            AgentRunOptions options = new()
            {
                Limits = limits,
                Seed = parsed.GetValue(seed),
                Properties = new Dictionary<string, string> { [WorkspaceProperty] = folder, [ModelProperty] = ModelSource.Absolute(parsed.GetValue(model)!) },
            };
            IAsyncEnumerable<AgentEvent> events = agent.RunStreamingAsync(parsed.GetValue(goal)!, options, cancellationToken);
            return await ShowAsync(events, parsed.GetValue(json), approval);
        });
        return command;
    }

    public static async Task<int> ShowAsync(IAsyncEnumerable<AgentEvent> events, bool json, IApprovalHandler? approval)
    {
        AgentResult result = json ? await RunJson.WriteAsync(events) : await RunView.ShowAsync(events, approval as ConsoleApproval);
        return ExitCode(result.Status);
    }

    public static AutonomousAgent CreateAgent(ILanguageModel model, string folder, IApprovalHandler? approval, IRunJournal? journal = null)
    {
        Workspace workspace = Workspace.Open(folder);
        return AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), components =>
        {
            components.Guards.Add(new WorkspaceGuard(workspace));
            components.Approval = approval;
            components.Journal = journal ?? components.Journal;
        });
    }

    private static bool IsWithin(string folder, string file)
    {
        string relative = Path.GetRelativePath(folder, file);
        return !Path.IsPathRooted(relative) && relative.Split('/', '\\')[0] != "..";
    }

    public static int ExitCode(AgentStatus status) => status switch
    {
        AgentStatus.Succeeded => ExitCodes.Done,
        AgentStatus.Cancelled => ExitCodes.Cancelled,
        _ => ExitCodes.NotReached,
    };
}
