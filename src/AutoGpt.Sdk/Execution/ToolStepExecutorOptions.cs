using Microsoft.Extensions.Logging;

namespace AutoGpt.Sdk;

/// <summary>What a <see cref="ToolStepExecutor"/> works with.</summary>
public sealed record ToolStepExecutorOptions
{
    /// <summary>Measures time and ends tools that take too long. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where failures and refusals are logged. Default: nowhere.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Services that tools made from C# methods can take as parameters. Default: none.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>Whether arguments and results go into traces, and exceptions of tools into logs. They may hold what a person would not want there. Default false.</summary>
    public bool IncludeContent { get; init; }

    /// <summary>How often and when a tool is called again after a transient failure. Default: the defaults, two retries.</summary>
    public ToolRetryOptions Retry { get; init; } = new();

    /// <summary>Which exceptions of a tool are transient. Called by several threads at once. Default: <see cref="TransientFailure.IsTransient(Exception)"/>.</summary>
    public Func<Exception, bool> IsTransient { get; init; } = TransientFailure.IsTransient;

    /// <summary>
    /// Characters of JSON that a tool's result may have. A larger one fails the step: it would be stored with every event that holds it, and no model could read it. Default
    /// 67,108,864, at least 1.
    /// </summary>
    public int MaxResultLength { get; init; } = DefaultMaxResultLength;

    internal const int DefaultMaxResultLength = 64 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResultLength, 1);
        Retry.Validate();
    }
}
