namespace AutoGpt.Cli.Output;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Something the caller can put right, told in one line.</summary>
    public const int UserError = 1;

    /// <summary>The goal was not reached, or a limit ended the run.</summary>
    public const int NotReached = 2;

    /// <summary>Ctrl-C.</summary>
    public const int Cancelled = 130;
}
