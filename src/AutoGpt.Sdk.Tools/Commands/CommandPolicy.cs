namespace AutoGpt.Sdk.Tools;

/// <summary>
/// What <c>run_command</c> may run, and how. A program can do whatever the user of this process can: the policy decides which ones run and with what arguments, it does not confine them.
/// </summary>
public sealed record CommandPolicy
{
    /// <summary>The programs. At least one.</summary>
    public required IReadOnlyList<AllowedCommand> Commands { get; init; }

    /// <summary>
    /// Variables of this process that its children get, where they are set. Default: <c>PATH</c>, <c>LANG</c>, <c>LC_ALL</c>, <c>TZ</c>, <c>TMPDIR</c> and what Windows needs; no others, so that
    /// no key in the environment is handed to them – a program that reads any file can still find it in <c>/proc</c>. Of <c>PATH</c> they get the absolute folders outside the workspace.
    /// </summary>
    public IReadOnlyList<string> InheritedVariables { get; init; } = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot", "SystemDrive"];

    /// <summary>Variables that children get besides, or instead of inherited ones. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes kept of each of the two outputs; what is longer is cut off, and the result says so. Default 256 KiB, at least 1.</summary>
    public int MaxOutputBytes { get; init; } = 256 << 10;

    /// <summary>Arguments of a call. Default 64, from 0 to 1,000.</summary>
    public int MaxArguments { get; init; } = 64;

    /// <summary>How long a program may run; the step's own timeout ends it as well. Default 1 minute, more than zero and at most a day.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
