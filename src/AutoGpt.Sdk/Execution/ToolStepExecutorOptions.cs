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
}
