using System.Text.Json.Nodes;
using AutoGpt.Sdk;
using Spectre.Console;

namespace AutoGpt.Cli.Output;

/// <summary>Shows a run: a live tree of the plan in a terminal, plain lines otherwise and from the first question on.</summary>
internal static class RunView
{
    /// <param name="events">The run.</param>
    /// <param name="approval">Who asks in the terminal, where somebody does.</param>
    public static async Task<AgentResult> ShowAsync(IAsyncEnumerable<AgentEvent> events, ConsoleApproval? approval)
    {
        await using EventReader reader = new(events);
        approval ??= new ConsoleApproval(); // Nobody asks it: the terminal is the display's alone.
        AgentResult? result = null;
        if (!Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi)
        {
            await approval.WriteAsync(async () => result = await ShowTreeAsync(reader.ReadAsync(approval.Asked)));
        }

        result ??= await ShowLinesAsync(reader.ReadAsync(Task.Delay(Timeout.Infinite)), approval);
        if (result.Answer is { Length: > 0 } answer)
        {
            Console.Out.WriteLine(Printable.Text(answer));
        }

        if (result.Status != AgentStatus.Succeeded)
        {
            await Console.Error.WriteLineAsync($"{Name(result.Status)}: {Printable.Line(result.Question ?? result.Reason ?? "", 1000)}");
        }

        return result;
    }

    private static async Task<AgentResult> ShowLinesAsync(IAsyncEnumerable<AgentEvent> events, ConsoleApproval approval)
    {
        AgentResult? result = null;
        await foreach (AgentEvent happened in events)
        {
            string? line = happened switch
            {
                PlanCreated { Plan.IsQuestion: false } created => $"plan: {created.Plan.Steps.Count} steps",
                PlanExtended { Extension.IsQuestion: false } extended => $"plan: {extended.Extension.Steps.Count} more steps",
                StepStarted started => $"  {started.Step.Number}. {Describe(started.Step)}",
                StepCompleted completed => $"  {completed.Result.Number}. {Outcome(completed.Result)}",
                ReplanRequested replan => $"replan: {Printable.Line(replan.Feedback.Reason)}",
                _ => null,
            };
            if (line is not null)
            {
                await approval.WriteAsync(() => Console.Error.WriteLineAsync(line));
            }

            result = (happened as RunCompleted)?.Result ?? result;
        }

        return result!;
    }

    /// <summary>Shows the events in a tree; null where they end before the run does.</summary>
    private static async Task<AgentResult?> ShowTreeAsync(IAsyncEnumerable<AgentEvent> events)
    {
        AgentResult? result = null;
        Tree tree = new("[grey]planning …[/]");
        await AnsiConsole.Live(tree).StartAsync(async live =>
        {
            IReadOnlyList<PlanStep> steps = [];
            Dictionary<int, string> states = [];
            int plans = 0;
            await foreach (AgentEvent happened in events)
            {
                switch (happened)
                {
                    case PlanCreated created:
                        steps = created.Plan.Steps;
                        states.Clear();
                        plans++;
                        break;
                    case PlanExtended extended:
                        steps = [.. steps, .. extended.Extension.Steps];
                        break;
                    case StepStarted started:
                        states[started.Step.Number] = "[yellow]…[/]";
                        break;
                    case StepCompleted { Result: { } step }:
                        states[step.Number] = step.Succeeded
                            ? $"[green]✓[/] [grey]{Markup.Escape(Outcome(step))}[/]"
                            : $"[red]✗[/] {Markup.Escape(Outcome(step))}";
                        break;
                    case RunCompleted completed:
                        result = completed.Result;
                        break;
                }

                tree = new Tree(plans > 1 ? $"plan {plans}" : "plan");
                foreach (PlanStep step in steps)
                {
                    tree.AddNode($"{step.Number}. {Markup.Escape(Describe(step))} {states.GetValueOrDefault(step.Number, "")}");
                }

                live.UpdateTarget(tree);
            }
        });
        return result;
    }

    private static string Describe(PlanStep step) =>
        $"{Printable.Line(step.Tool)} {Printable.Line(string.Join(' ', step.Arguments.Select(argument => $"{argument.Key}={Value(argument.Value)}")))}";

    private static string Value(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? plain) ? plain : value?.ToJsonString() ?? "null";

    private static string Outcome(StepResult result) => result.Succeeded
        ? Printable.Line(result.Text, 80)
        : $"{Name(result.Status)}: {Printable.Line(result.Error ?? "")}";

    private static string Name<T>(T status)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
