using Microsoft.Extensions.Logging;

namespace AutoGpt.Sdk;

/// <summary>
/// What the agent logs: no goals, arguments or results, and no messages of exceptions, which may quote them: of those the type and where they came from, and all of it only with
/// <see cref="AgentOptions.IncludeContent"/>.
/// </summary>
internal static partial class AgentLog
{
    [LoggerMessage(1, LogLevel.Information, "Run {RunId} started.")]
    public static partial void RunStarted(this ILogger logger, string runId);

    [LoggerMessage(2, LogLevel.Information, "Run {RunId}: plan {Plan} has {Steps} steps and took {Tokens} tokens.")]
    public static partial void PlanCreated(this ILogger logger, string runId, int plan, int steps, long tokens);

    [LoggerMessage(9, LogLevel.Information, "Run {RunId}: plan {Plan} got {Steps} more steps, which took {Tokens} tokens.")]
    public static partial void PlanExtended(this ILogger logger, string runId, int plan, int steps, long tokens);

    [LoggerMessage(3, LogLevel.Information, "Run {RunId}: the evaluation says {Verdict}.")]
    public static partial void PlanEvaluated(this ILogger logger, string runId, Verdict verdict);

    [LoggerMessage(4, LogLevel.Information, "Run {RunId} ended: {Status} after {Steps} steps, {Tokens} tokens and {Elapsed}.")]
    public static partial void RunCompleted(this ILogger logger, string runId, AgentStatus status, int steps, long tokens, TimeSpan elapsed);

    [LoggerMessage(5, LogLevel.Warning, "Run {RunId}: step {Step} ({Tool}) was refused.")]
    public static partial void StepRefused(this ILogger logger, string runId, int step, string tool);

    [LoggerMessage(6, LogLevel.Warning, "Run {RunId}: step {Step} ({Tool}) failed with {ErrorType}.")]
    public static partial void StepFailed(this ILogger logger, string runId, int step, string tool, string errorType, Exception? error);

    public static void RunBroke(this ILogger logger, string runId, Exception error, bool includeContent) =>
        logger.RunBroke(runId, error.GetType().FullName, includeContent ? null : error.StackTrace, includeContent ? error : null);

    public static void JournalFailed(this ILogger logger, string runId, Exception error, bool includeContent) =>
        logger.JournalFailed(runId, error.GetType().FullName, includeContent ? null : error.StackTrace, includeContent ? error : null);

    [LoggerMessage(7, LogLevel.Error, "Run {RunId} broke with {ErrorType}: this is a fault in a planner, an evaluator or the agent.\n{Stack}")]
    private static partial void RunBroke(this ILogger logger, string runId, string? errorType, string? stack, Exception? error);

    [LoggerMessage(8, LogLevel.Error, "Run {RunId}: the journal did not store the end of the run: {ErrorType}.\n{Stack}")]
    private static partial void JournalFailed(this ILogger logger, string runId, string? errorType, string? stack, Exception? error);

    [LoggerMessage(10, LogLevel.Warning, "Run {RunId}: step {Step} ({Tool}) failed with {ErrorType} and is tried again after {Delay}.")]
    public static partial void StepRetried(this ILogger logger, string runId, int step, string tool, string errorType, TimeSpan delay);
}
