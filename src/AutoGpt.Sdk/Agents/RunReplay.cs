using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>Plays a recorded run again: the same goal, limits and seed, the planner and the evaluator at work, and the recorded results instead of tools.</summary>
public static class RunReplay
{
    /// <summary>Plays a run again and compares it with the record.</summary>
    /// <param name="components">What the agent was put together from. Its executor and journal are not used.</param>
    /// <param name="events">The run's events.</param>
    /// <param name="cancellationToken">Ends the replay.</param>
    /// <exception cref="ArgumentException">The events do not begin with a <see cref="RunStarted"/>, or do not end with a <see cref="RunCompleted"/>: a run that is not over cannot be compared.</exception>
    /// <exception cref="AutoGptException">The events are not those of a run: one is not whole, or does not follow from those before it.</exception>
    /// <exception cref="OperationCanceledException">The replay was cancelled.</exception>
    public static async Task<ReplayResult> ReplayAsync(AgentComponents components, IReadOnlyList<AgentEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(events);
        RunHistory recorded = RunHistory.Of(events);
        if (recorded.Result is null)
        {
            throw new ArgumentException("The run has not ended; there is nothing to compare a replay with.", nameof(events));
        }

        AgentComponents parts = new()
        {
            Planner = components.Planner,
            Evaluator = components.Evaluator,
            Executor = new RecordedStepExecutor(events),
            Options = components.Options,
            TimeProvider = components.TimeProvider,
            Logger = components.Logger,
        };
        foreach (Microsoft.Extensions.AI.AIFunction tool in components.Tools)
        {
            parts.Tools.Add(tool);
        }

        List<AgentEvent> again = [];
        AgentRunOptions options = new() { RunId = recorded.Started.RunId, Limits = recorded.Started.Limits, Seed = recorded.Started.Seed, Plan = recorded.Started.Plan };
        await foreach (AgentEvent happened in new AutonomousAgent(parts).RunStreamingAsync(recorded.Started.Goal, options, cancellationToken).ConfigureAwait(false))
        {
            again.Add(happened);
        }

        cancellationToken.ThrowIfCancellationRequested();
        RunHistory replayed = RunHistory.Of(again);
        return new ReplayResult(replayed.Result!, Difference(recorded, replayed));
    }

    // In the order in which things happen, so that the first difference is the cause of the others. Times differ, and steps side by side end in any order.
    private static string? Difference(RunHistory recorded, RunHistory replayed)
    {
        for (int index = 0; index < Math.Max(recorded.Plans.Count, replayed.Plans.Count); index++)
        {
            if (index >= recorded.Plans.Count || index >= replayed.Plans.Count)
            {
                return $"{recorded.Plans.Count} plans were recorded, {replayed.Plans.Count} made now.";
            }

            PlanHistory then = recorded.Plans[index], now = replayed.Plans[index];
            if (!Same(then.Plan, now.Plan, AgentJsonContext.Default.Plan))
            {
                return $"Plan {index + 1} is another one.";
            }

            if (then.Steps.Zip(now.Steps).FirstOrDefault(pair => pair.First.Result?.Status != pair.Second.Result?.Status || pair.First.Result?.Text != pair.Second.Result?.Text) is { First: { } step })
            {
                return $"Step {step.Step.Number} of plan {index + 1} ended otherwise.";
            }

            if (then.Evaluation != now.Evaluation || then.Feedback != now.Feedback)
            {
                return $"Plan {index + 1} was judged otherwise.";
            }
        }

        AgentResult was = recorded.Result!, isNow = replayed.Result!;
        return (was.Status, was.Answer, was.Question, was.Reason, was.Tokens) == (isNow.Status, isNow.Answer, isNow.Question, isNow.Reason, isNow.Tokens)
            ? null
            : $"The run ended with {isNow.Status} instead of {was.Status}, or with another answer, question, reason or number of tokens.";
    }

    private static bool Same<T>(T left, T right, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonNode.DeepEquals(JsonSerializer.SerializeToNode(left, type), JsonSerializer.SerializeToNode(right, type));
}

/// <summary>What came of playing a run again.</summary>
/// <param name="Result">How the replay ended.</param>
/// <param name="Difference">The first thing that was not as recorded, in one line; null where all was.</param>
public sealed record ReplayResult(AgentResult Result, string? Difference)
{
    /// <summary>Whether everything but times was as recorded.</summary>
    public bool IsSame => Difference is null;
}
