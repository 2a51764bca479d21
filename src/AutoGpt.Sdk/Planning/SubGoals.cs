using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Steps that are goals of their own: <see cref="PlanStep.SubGoal"/>.</summary>
internal static class SubGoals
{
    private const string Goal = "goal";

    /// <summary>How a sub-goal is shown to a model: as one more tool.</summary>
    public static AIFunctionDeclaration Declaration { get; } = AIFunctionFactory.CreateDeclaration(
        PlanStep.SubGoal,
        "Stands for several steps that are planned when their turn comes, with the results known by then. Use it for a part of the goal that is too large or too uncertain to be planned now. "
        + "Its result is that of the last of those steps.",
        JsonDocument.Parse(
            """
            {"type":"object","properties":{
            "goal":{"type":"string","minLength":1,"description":"What those steps are to reach, complete in itself."},
            "uses":{"type":"array","items":{"type":"string","x-reference":true},"description":"Results those steps need, as references."}},
            "required":["goal"],"additionalProperties":false}
            """).RootElement);

    /// <summary>What the step is to reach; null where it does not say.</summary>
    public static string? GoalOf(PlanStep step) => step.Arguments[Goal] is JsonValue value && value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>What came of a sub-goal: the last part's result when all succeeded, else the first failure.</summary>
    /// <param name="step">The sub-goal.</param>
    /// <param name="parts">The results of its steps, in their order.</param>
    public static StepResult ResultOf(PlanStep step, IReadOnlyList<StepResult> parts)
    {
        StepResult? failed = parts.FirstOrDefault(part => part.Status is not (StepStatus.Succeeded or StepStatus.Skipped)) ?? parts.FirstOrDefault(part => !part.Succeeded);
        return failed is null
            ? new StepResult(step.Number, step.Tool, StepStatus.Succeeded) { Value = parts[^1].Value }
            : new StepResult(step.Number, step.Tool, failed.Status) { Error = SingleLine.Of($"Step {failed.Number} ({failed.Tool}): {failed.Error}") };
    }
}
