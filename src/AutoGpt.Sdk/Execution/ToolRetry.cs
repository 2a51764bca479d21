using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace AutoGpt.Sdk;

/// <summary>Calls a tool again after transient failures, as long as the step's time lasts. Thread-safe.</summary>
internal sealed class ToolRetry
{
    private static readonly ResiliencePropertyKey<Call> s_key = new("autogpt.call");

    private readonly ResiliencePipeline _pipeline;
    private readonly ToolRetryOptions _options;
    private readonly Func<Exception, bool> _isTransient;
    private readonly TimeProvider _time;

    public ToolRetry(ToolStepExecutorOptions options, ILogger logger)
    {
        options.Retry.Validate();
        _options = options.Retry with { }; // Later changes do not reach the executor.
        _isTransient = options.IsTransient;
        _time = options.TimeProvider;
        _pipeline = _options.MaxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = _options.MaxRetries,
                ShouldHandle = failed => ValueTask.FromResult(failed.Outcome.Exception is { } error && MayTryAgain(Of(failed.Context), failed.AttemptNumber, error, failed.Context.CancellationToken)),
                DelayGenerator = failed => ValueTask.FromResult<TimeSpan?>(DelayAfter(Of(failed.Context), failed.AttemptNumber, failed.Outcome.Exception)),
                OnRetry = failed =>
                {
                    StepContext step = Of(failed.Context).Context;
                    logger.StepRetried(step.RunId, step.Step.Number, step.Step.Tool, failed.Outcome.Exception?.GetType().FullName ?? "", failed.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Calls the tool until it succeeds, fails for good, or the token is cancelled.</summary>
    /// <param name="call">Counts the attempts.</param>
    /// <param name="attempt">One call.</param>
    /// <param name="cancellationToken">Ends calls and waits.</param>
    public async Task<object?> RunAsync(Call call, Func<CancellationToken, Task<object?>> attempt, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_key, call);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, attempt) =>
                {
                    Of(context).Attempts++;
                    return await attempt(context.CancellationToken).ConfigureAwait(false);
                },
                context,
                attempt).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Call Of(ResilienceContext context) => context.Properties.GetValue(s_key, null!);

    // A wait that would outlast the step is not begun: the failure says more than a timeout.
    private bool MayTryAgain(Call call, int attempt, Exception error, CancellationToken stop) =>
        !stop.IsCancellationRequested && call.MayBeCalledTwice && _isTransient(error)
        && DelayAfter(call, attempt, error) is var delay && !(RetryAfter(error) > _options.MaxDelay) && _time.GetElapsedTime(call.Start) + delay < call.Context.Timeout
        && call.Context.MayRetry();

    private TimeSpan DelayAfter(Call call, int attempt, Exception? error) => _options.DelayAfter(attempt, call.Context.Step.Number, RetryAfter(error));

    private static TimeSpan? RetryAfter(Exception? error) => (error as TransientToolException)?.RetryAfter;

    /// <summary>A step's calls of its tool.</summary>
    /// <param name="context">The step.</param>
    /// <param name="start">When the first call began, a timestamp.</param>
    internal sealed class Call(StepContext context, long start)
    {
        public StepContext Context => context;

        public long Start => start;

        public int Attempts { get; set; }

        public bool MayBeCalledTwice { get; } = ToolTraits.MayBeCalledTwice(context.Tool, hasKey: context.IdempotencyKey.Length > 0);
    }
}
