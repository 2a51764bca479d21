using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Runs one step of a plan. Implementations are thread-safe: independent steps run at the same time.</summary>
public interface IStepExecutor
{
    /// <summary>Runs the step. A tool that fails, hangs or is refused is told by the result, not by an exception.</summary>
    /// <param name="context">The step with its references resolved, and its tool.</param>
    /// <param name="cancellationToken">Cancels the tool.</param>
    ValueTask<StepResult> ExecuteAsync(StepContext context, CancellationToken cancellationToken = default);
}

/// <summary>A step that is ready to run.</summary>
/// <param name="RunId">The run the step belongs to.</param>
/// <param name="Step">The step as planned.</param>
/// <param name="Tool">The tool the step names.</param>
/// <param name="Arguments">The step's arguments with every <c>$n</c> replaced by the result of step n.</param>
/// <param name="Timeout">How long the tool may take.</param>
public sealed record StepContext(string RunId, PlanStep Step, AIFunction Tool, JsonObject Arguments, TimeSpan Timeout)
{
    /// <summary>
    /// Names this very step of this very run: the same when the step is run again after a crash, and never that of another step. A tool that remembers it can be called twice and acts
    /// once. Empty where the run's journal is not durable. Default: empty.
    /// </summary>
    public string IdempotencyKey { get; init; } = "";

    /// <summary>Whether the tool may have been called before with this step: it was running when the process of an earlier part of the run ended.</summary>
    public bool MayHaveRun { get; init; }

    /// <summary>Takes leave to call the tool once more: the run counts its calls. Thread-safe. Default: always given.</summary>
    public Func<bool> MayRetry { get; init; } = static () => true;
}
