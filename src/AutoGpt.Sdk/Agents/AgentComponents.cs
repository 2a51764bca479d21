using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoGpt.Sdk;

/// <summary>What an <see cref="AutonomousAgent"/> is put together from. Only a planner and tools have no default.</summary>
public sealed class AgentComponents
{
    /// <summary>Makes plans. Required; <see cref="AutonomousAgent.Create"/> takes a <see cref="LanguageModelPlanner"/>.</summary>
    public IPlanner? Planner { get; set; }

    /// <summary>The tools a plan may use. Required, with unique names.</summary>
    public IList<AIFunction> Tools { get; } = [];

    /// <summary>Judges results. Default: <see cref="OutcomeEvaluator"/>.</summary>
    public IEvaluator Evaluator { get; set; } = new OutcomeEvaluator();

    /// <summary>
    /// Runs steps. Default: a <see cref="ToolStepExecutor"/> behind an <see cref="ActionGate"/> with <see cref="Guards"/>,
    /// <see cref="Approval"/> and <see cref="AuditLog"/>. An executor of your own answers for its own security: all three are its business.
    /// </summary>
    public IStepExecutor? Executor { get; set; }

    /// <summary>Decide about every tool call. Default: none, so that tools that are not read-only need an approval.</summary>
    public IList<IActionGuard> Guards { get; } = [];

    /// <summary>Asks a person. Default: nobody, so that what needs an approval is refused.</summary>
    public IApprovalHandler? Approval { get; set; }

    /// <summary>Keeps what was decided about every tool call, before it is made, and what came of it. Default: nothing is kept.</summary>
    public IAuditLog? AuditLog { get; set; }

    /// <summary>
    /// Which exceptions of a tool are transient, so that it is called again where it may be called twice (<see cref="AgentOptions.Retry"/>). Default: <see cref="TransientFailure.IsTransient(Exception)"/>.
    /// </summary>
    public Func<Exception, bool> IsTransient { get; set; } = TransientFailure.IsTransient;

    /// <summary>Stores events. Default: an <see cref="InMemoryRunJournal"/>.</summary>
    public IRunJournal Journal { get; set; } = new InMemoryRunJournal();

    /// <summary>Name, limits and telemetry. Default: the defaults.</summary>
    public AgentOptions Options { get; set; } = new();

    /// <summary>Tells and measures time. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the run is logged, without contents. Default: nowhere.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Services that tools made from C# methods can take as parameters. Default: none.</summary>
    public IServiceProvider? Services { get; set; }

    internal ToolStepExecutorOptions ToExecutorOptions() => new()
    {
        TimeProvider = TimeProvider,
        Logger = Logger,
        Services = Services,
        IncludeContent = Options.IncludeContent,
        Retry = Options.Retry,
        IsTransient = IsTransient,
        MaxResultLength = Options.MaxResultLength,
    };
}
