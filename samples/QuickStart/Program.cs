using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;

string goal = args.Length > 0 ? string.Join(' ', args) : "Extract the e-mail addresses from contacts.txt, remove the duplicates and write them to emails.txt";

// The files beside this sample are the agent's whole world.
Workspace workspace = Workspace.Open(Path.Combine(AppContext.BaseDirectory, "files"));

using CausalLanguageModel model = MiniModel.Load();
AutonomousAgent agent = AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), components =>
{
    components.Planner = new LanguageModelPlanner(model, MiniModel.PlannerOptions);
    components.Guards.Add(new WorkspaceGuard(workspace));
});

AgentResult? result = null;
await foreach (AgentEvent happened in agent.RunStreamingAsync(goal))
{
    switch (happened)
    {
        case StepStarted { Step: { } step }:
            Console.WriteLine($"{step.Number}. {step.Tool} {step.Arguments.ToJsonString()}");
            break;
        case StepCompleted { Result: { } step }:
            Console.WriteLine($"   {step.Status}: {(step.Succeeded ? step.Text : step.Error)}");
            break;
        case RunCompleted completed:
            result = completed.Result;
            break;
    }
}

Console.WriteLine($"{result!.Status}: {result.Answer ?? result.Question ?? result.Reason}");
Console.WriteLine($"Files: {workspace.Root}");
return result.Status == AgentStatus.Succeeded ? 0 : 2;
