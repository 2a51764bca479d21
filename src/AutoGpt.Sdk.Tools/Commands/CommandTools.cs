using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools;

/// <summary>A tool that runs programs. It is not among the <see cref="WorkspaceTools"/>: an agent has it where it is given it.</summary>
public static class CommandTools
{
    internal const string Run = "run_command";

    /// <summary>
    /// Creates <c>run_command</c>, which runs one of the policy's programs in the workspace and asks before it does. No shell reads its arguments. Whatever ends a call – the program, its
    /// timeout, the step's, the run's cancellation – every process that came of it is ended and waited for. Put a <see cref="CommandGuard"/> with the same policy in front of the agent. The tool
    /// is thread-safe.
    /// </summary>
    /// <param name="policy">What may be run.</param>
    /// <param name="workspace">Where it runs.</param>
    /// <exception cref="ArgumentException">The policy does not make sense, or a program cannot be found; the message says which and why.</exception>
    public static IReadOnlyList<AIFunction> Create(CommandPolicy policy, Workspace workspace)
    {
        CommandRules rules = new(policy, workspace);
        CommandRunner runner = new(policy, rules, workspace);
        return
        [
            new DefinedTool(new ToolDefinition(Run, "Runs a program in the workspace, without a shell, and gives its exit code and what it wrote.")
            {
                Parameters =
                [
                    new Parameter("command", "The program.") { Words = [.. rules.Names] },
                    new Parameter("arguments", "Its arguments, one by one.") { QuotedAs = "text", Reference = true, Items = (0, policy.MaxArguments) },
                ],
                Forms = ["command", "command arguments"],
                ReadOnly = false,
                Body = async (arguments, cancellationToken) => await runner.RunAsync(
                    arguments.Text("command"), arguments.Has("arguments") ? arguments.Texts("arguments") : [], cancellationToken).ConfigureAwait(false),
            }),
        ];
    }
}
