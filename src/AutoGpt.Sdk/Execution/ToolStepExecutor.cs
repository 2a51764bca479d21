using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoGpt.Sdk;

/// <summary>
/// Runs a step by calling its tool, through the <see cref="ActionGate"/>. Whatever the tool does is told by the result: it throws,
/// it hangs, it ignores cancellation (it is left behind then, after a second). What it finishes within that second is its result: it
/// was done. A transient failure of a tool that may be called twice is tried again, within the step's timeout and under the same approval. The time a
/// person takes to approve does not count towards the timeout. Thread-safe.
/// </summary>
public sealed class ToolStepExecutor : IStepExecutor
{
    private readonly ActionGate _gate;
    private readonly ToolStepExecutorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ToolRetry _retry;

    /// <summary>Creates the executor.</summary>
    /// <param name="gate">Decides about every call.</param>
    /// <param name="options">Time, retries, logging, and what tools get. Default: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public ToolStepExecutor(ActionGate gate, ToolStepExecutorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(gate);
        _gate = gate;
        _options = options ?? new ToolStepExecutorOptions();
        _time = _options.TimeProvider;
        _options.Validate();
        _logger = _options.Logger ?? NullLogger.Instance;
        _retry = new ToolRetry(_options, _logger);
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

        ToolRetry.Call call = new(context, _time.GetTimestamp());
        (StepResult result, string? errorType) = await CallAsync(call, permit.Redeem(), cancellationToken).ConfigureAwait(false);
        result = result with { Attempts = Math.Max(call.Attempts, 1) };
        try
        {
            await _gate.EndAsync(permit, result.Status, result.Attempts).ConfigureAwait(false);
            return (result, errorType);
        }
        catch (Exception error)
        {
            // It acted, and nobody can prove it: neither a failure, which another plan would mend by acting again, nor a success.
            return (Failure(context, StepStatus.Unknown, $"It ended as {result.Status}, but the audit log could not be written: {error.Message}"), error.GetType().FullName);
        }
    }

    private async Task<(StepResult Result, string? ErrorType)> CallAsync(ToolRetry.Call call, JsonObject arguments, CancellationToken cancellationToken)
    {
        StepContext context = call.Context;
        using CancellationTokenSource timeout = Interruptible.After(context.Timeout, _time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        object? value;
        try
        {
            value = await _retry.RunAsync(call, AttemptAsync, stop.Token).ConfigureAwait(false);
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
            return Failed(error, StepStatus.Failed);
        }

        try
        {
            return (new StepResult(context.Step.Number, context.Step.Tool, StepStatus.Succeeded) { Value = ToolValue.FromResult(value, context.Tool, _options.MaxResultLength) }, null);
        }
        catch (Exception error)
        {
            // It acted; only its result cannot be kept. Another plan must not do it again without a person's leave.
            return Failed(error, call.MayBeCalledTwice ? StepStatus.Failed : StepStatus.Unknown);
        }

        (StepResult, string?) Failed(Exception error, StepStatus status)
        {
            _logger.StepFailed(context.RunId, context.Step.Number, context.Step.Tool, error.GetType().FullName!, _options.IncludeContent ? error : null);
            return (Failure(context, status, error.Message is { Length: > 0 } message ? message : error.GetType().Name), error.GetType().FullName);
        }

        Task<object?> AttemptAsync(CancellationToken token) => Interruptible.RunWithGraceAsync(
            inner => context.Tool.InvokeAsync(ToolValue.ToArguments(arguments, context.IdempotencyKey, _options.Services), inner), _time, token);
    }

    private static StepResult Failure(StepContext context, StepStatus status, string error) =>
        new(context.Step.Number, context.Step.Tool, status) { Error = SingleLine.Of(error) };
}
