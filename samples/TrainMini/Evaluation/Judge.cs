using System.Text.Json.Nodes;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Tools;
using TrainMini.Goals;

namespace TrainMini.Evaluation;

/// <summary>What became of a case.</summary>
internal enum Outcome
{
    /// <summary>The files and the answer are those of the right plan.</summary>
    Right,

    /// <summary>The agent asked, or said that it failed, and changed nothing.</summary>
    Abstained,

    /// <summary>The agent said it was done, and it was not; or it failed and left something behind.</summary>
    Wrong,
}

/// <summary>Runs the agent on a case, in a workspace of its own, and compares what it leaves with what the right plan leaves.</summary>
internal sealed class Judge(IPlanner planner, WordLists words)
{
    public async Task<(Outcome Outcome, AgentResult Result)> RunAsync(GoalCase goal, int seed)
    {
        string root = Directory.CreateTempSubdirectory("mini-judge-").FullName;
        try
        {
            Write(goal, Path.Combine(root, "right"), seed);
            Write(goal, Path.Combine(root, "agent"), seed);
            if (goal.Plan["steps"]!.AsArray().Count == 0)
            {
                // No tool can do it: there is nothing right but to say so.
                (AgentResult answer, SortedDictionary<string, string> found, SortedDictionary<string, string> after) = await RunAsync(goal, Path.Combine(root, "agent"), planner);
                return (answer.Status != AgentStatus.Succeeded && after.SequenceEqual(found) ? Outcome.Abstained : Outcome.Wrong, answer);
            }

            (AgentResult right, SortedDictionary<string, string> before, SortedDictionary<string, string> expected) = await RunAsync(goal, Path.Combine(root, "right"), new KnownPlan(goal.Plan));
            if (right.Status != AgentStatus.Succeeded)
            {
                throw new InvalidDataException($"{goal.Id}: the reference plan fails: {right.Reason}");
            }

            (AgentResult result, _, SortedDictionary<string, string> left) = await RunAsync(goal, Path.Combine(root, "agent"), planner);
            bool told = !goal.Plan["steps"]!.AsArray().Any(step => (string?)step!["tool"] == "finish") || result.Answer?.Trim() == right.Answer?.Trim();
            Outcome outcome = result.Status == AgentStatus.Succeeded && told && left.SequenceEqual(expected) ? Outcome.Right
                : result.Status != AgentStatus.Succeeded && left.SequenceEqual(before) ? Outcome.Abstained
                : Outcome.Wrong;
            return (outcome, result);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Whether the reference plan leaves what its author worked out by hand; null when it does, else what differs.</summary>
    public static async Task<string?> CheckReferenceAsync(GoalCase goal)
    {
        string root = Directory.CreateTempSubdirectory("mini-check-").FullName;
        try
        {
            WriteFiles(goal, root);
            (AgentResult result, _, SortedDictionary<string, string> left) = await RunAsync(goal, root, new KnownPlan(goal.Plan));
            if (result.Status != AgentStatus.Succeeded)
            {
                return result.Reason;
            }

            foreach ((string name, JsonNode? content) in goal.Expect?["files"]?.AsObject() ?? [])
            {
                if (!left.TryGetValue(name, out string? written) || written.TrimEnd('\n') != ((string)content!).TrimEnd('\n'))
                {
                    return $"{name} is {written ?? "missing"}, not {content}";
                }
            }

            string? missing = goal.Expect?["answer"]?.AsArray().Select(part => (string)part!).FirstOrDefault(part => result.Answer?.Contains(part, StringComparison.OrdinalIgnoreCase) != true);
            return missing is null ? null : $"the answer '{result.Answer}' does not contain '{missing}'";
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<(AgentResult Result, SortedDictionary<string, string> Before, SortedDictionary<string, string> After)> RunAsync(GoalCase goal, string folder, IPlanner planner)
    {
        SortedDictionary<string, string> before = Snapshot(folder);
        Workspace workspace = Workspace.Open(folder);
        AgentComponents components = new() { Planner = planner, Approval = new Approve() };
        components.Guards.Add(new WorkspaceGuard(workspace));
        foreach (Microsoft.Extensions.AI.AIFunction tool in WorkspaceTools.Create(workspace))
        {
            components.Tools.Add(tool);
        }

        AgentResult result = await new AutonomousAgent(components).RunAsync(goal.Goal);
        return (result, before, Snapshot(folder));
    }

    private void Write(GoalCase goal, string folder, int seed)
    {
        Directory.CreateDirectory(folder);
        WriteFiles(goal, folder);
        if (goal.Files.Count == 0)
        {
            new WorkspaceWriter(words, seed).Write(folder, goal.Plan);
        }
    }

    private static void WriteFiles(GoalCase goal, string folder)
    {
        foreach ((string name, string content) in goal.Files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
    }

    private static SortedDictionary<string, string> Snapshot(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), file => File.ReadAllText(file).TrimEnd('\n')),
        StringComparer.Ordinal);

    private sealed class KnownPlan(JsonObject plan) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(new Plan
        {
            Steps = [.. plan["steps"]!.AsArray().Select((step, index) => new PlanStep(index + 1, (string)step!["tool"]!, step["arguments"]!.DeepClone().AsObject()))],
        });
    }

    private sealed class Approve : IApprovalHandler
    {
        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}
