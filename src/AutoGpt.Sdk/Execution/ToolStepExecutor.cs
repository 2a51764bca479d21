using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoGpt.Sdk;

/// <summary>
/// Runs a step by calling its tool, through the <see cref="ActionGate"/>. Whatever the tool does is told by the result: it throws,
/// it hangs, it ignores cancellation (it is left behind then, after a second). What it finishes within that second is its result: it
/// was done. The time a person takes to approve does not count towards the
/// step's timeout. Thread-safe.
/// </summary>
public sealed class ToolStepExecutor : IStepExecutor
{
    private readonly ActionGate _gate;
    private readonly ToolStepExecutorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Creates the executor.</summary>
    /// <param name="gate">Decides about every call.</param>
    /// <param name="options">Time, logging, and what tools get. Default: the defaults.</param>
    public ToolStepExecutor(ActionGate gate, ToolStepExecutorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(gate);
        _gate = gate;
        _options = options ?? new ToolStepExecutorOptions();
        _time = _options.TimeProvider;
        _logger = _options.Logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public async ValueTask<StepResult> ExecuteAsync(StepContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        using Activity? activity = AgentTelemetry.StartTool(context, _options.IncludeContent);
        long start = _time.GetTimestamp();
        StepResult result;
        string? errorType = null;
        try
        {
            (result, errorType) = await GuardAndCallAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = Failure(context, StepStatus.Cancelled, "The run was stopped.");
        }

        result = result with { Elapsed = _time.GetElapsedTime(start) };
        AgentTelemetry.EndTool(activity, result, errorType, _options.IncludeContent);
        return result;
    }

    private async Task<(StepResult Result, string? ErrorType)> GuardAndCallAsync(StepContext context, CancellationToken cancellationToken)
    {
        bool wouldActTwice = context.MayHaveRun && !ToolTraits.MayBeCalledTwice(context.Tool, hasKey: context.IdempotencyKey.Length > 0);
        ActionRequest request = new(context.RunId, context.Step.Number, context.Step.Tool, context.Arguments) { MayHaveRun = wouldActTwice };
        (ActionPermit? permit, string? reason) = await Interruptible.RunAsync(
            token => _gate.RequestAsync(context.Tool, request, token), cancellationToken).ConfigureAwait(false);
        if (permit is null)
        {
            _logger.StepRefused(context.RunId, context.Step.Number, context.Step.Tool);
            return (Failure(context, wouldActTwice ? StepStatus.Unknown : StepStatus.Refused, reason!), null);
        }

        (StepResult result, string? errorType) = await CallAsync(context, permit.Redeem(), cancellationToken).ConfigureAwait(false);
        try
        {
            await _gate.EndAsync(permit, result.Status).ConfigureAwait(false);
            return (result, errorType);
        }
        catch (Exception error)
        {
            // It acted, and nobody can prove it: neither a failure, which another plan would mend by acting again, nor a success.
            return (Failure(context, StepStatus.Unknown, $"It ended as {result.Status}, but the audit log could not be written: {error.Message}"), error.GetType().FullName);
        }
    }

    private async Task<(StepResult Result, string? ErrorType)> CallAsync(StepContext context, JsonObject arguments, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = Interruptible.After(context.Timeout, _time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            object? value = await Interruptible.RunWithGraceAsync(
                token => context.Tool.InvokeAsync(ToolValue.ToArguments(arguments, context.IdempotencyKey, _options.Services), token), _time, stop.Token).ConfigureAwait(false);
            return (new StepResult(context.Step.Number, context.Step.Tool, StepStatus.Succeeded) { Value = ToolValue.FromResult(value, context.Tool) }, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (Failure(context, StepStatus.Cancelled, "The run was stopped."), null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return (Failure(context, StepStatus.TimedOut, $"{context.Step.Tool} took longer than {context.Timeout.TotalSeconds:0.###} s."), null);
        }
        catch (Exception error)
        {
            _logger.StepFailed(context.RunId, context.Step.Number, context.Step.Tool, error.GetType().FullName!, _options.IncludeContent ? error : null);
            return (Failure(context, StepStatus.Failed, error.Message is { Length: > 0 } message ? message : error.GetType().Name), error.GetType().FullName);
        }
    }

    private static StepResult Failure(StepContext context, StepStatus status, string error) =>
        new(context.Step.Number, context.Step.Tool, status) { Error = SingleLine.Of(error) };
}
