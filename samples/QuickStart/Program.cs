using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;

string goal = args.Length > 0 ? string.Join(' ', args) : "Extract the e-mail addresses from contacts.txt, remove the duplicates and write them to emails.txt.";

// The files beside this sample are all that the agent can see.
Workspace workspace = Workspace.Open(Path.Combine(AppContext.BaseDirectory, "files"));
using CausalLanguageModel model = MiniModel.Load();
AutonomousAgent agent = AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), components =>
{
    components.Guards.Add(new WorkspaceGuard(workspace));
    components.Approval = new AskOnConsole();
});

await foreach (AgentEvent happened in agent.RunStreamingAsync(goal))
{
    string? line = happened switch
    {
        StepStarted { Step: { } step } => $"  {step.Number}. {step.Tool} {step.Arguments.ToJsonString()}",
        StepCompleted { Result: { } step } => $"     {step.Status}: {(step.Succeeded ? step.Text : step.Error)}",
        ReplanRequested { Feedback: { } feedback } => $"replan: {feedback.Reason}",
        RunCompleted { Result: { } result } => $"{result.Status}: {result.Answer ?? result.Question ?? result.Reason}\nThe files are in {workspace.Root}",
        _ => null,
    };
    if (line is not null)
    {
        Console.WriteLine(PrintableText.Of(line)); // Files and models have a say in it.
    }
}

internal sealed class AskOnConsole : IApprovalHandler
{
    public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
    {
        Console.Write($"{PrintableText.Of(request)}\n{reason} Go ahead? [y/N] ");
        return ValueTask.FromResult(Console.ReadLine() is "y" or "yes");
    }
}
