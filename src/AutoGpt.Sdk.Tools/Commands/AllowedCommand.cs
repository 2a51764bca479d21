namespace AutoGpt.Sdk.Tools;

/// <summary>A program that <c>run_command</c> may run.</summary>
/// <param name="Name">What a plan calls it. Unique among the commands of a policy.</param>
public sealed record AllowedCommand(string Name)
{
    /// <summary>
    /// The program's absolute path. Default: looked up once, when the tool is created, under <see cref="Name"/> in this process's <c>PATH</c>. It may not lie in the workspace, where the agent
    /// could write it, and batch files of Windows are not run, since they hand their arguments to a shell.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>
    /// What the first argument may be; a call without arguments is then refused. Later ones stay free, and options among them may write files or run programs: <see cref="Refuse"/> narrows those. Default: null, anything.
    /// </summary>
    public IReadOnlyList<string>? FirstArguments { get; init; }

    /// <summary>Says why arguments are refused, in one line for planners, or null where they are not. It is called with each call's arguments, by several threads at once. Default: null, none are.</summary>
    public Func<IReadOnlyList<string>, string?>? Refuse { get; init; }

    /// <summary>Exit codes that are a success; another fails the step with the end of what the program wrote. Null: every code is a result. Default: 0.</summary>
    public IReadOnlyList<int>? SuccessCodes { get; init; } = [0];
}
