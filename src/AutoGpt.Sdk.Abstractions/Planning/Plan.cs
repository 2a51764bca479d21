using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// A directed acyclic graph of steps, or, when the planner would rather ask than guess, a question. Steps are numbered from 1 in
/// an order in which they can run: a step refers only to steps before it. A plan can grow while it is carried out: by steps at its end
/// (<see cref="Continues"/>), and by the steps a sub-goal is made of (<see cref="PlanStep.Parent"/>), which makes it a tree.
/// </summary>
public sealed record Plan
{
    /// <summary>The steps, numbered from 1 without gaps. Empty when the plan is a <see cref="Question"/>.</summary>
    public IReadOnlyList<PlanStep> Steps { get => field ?? []; init; } = [];

    /// <summary>What the planner must know before it can plan; null when it has planned.</summary>
    public string? Question { get; init; }

    /// <summary>
    /// Whether the planner wants to see the results of these steps before it says how to go on: the plan is then extended instead of evaluated. Default false.
    /// </summary>
    public bool Continues { get; init; }

    /// <summary>How many steps the plan had each time it was extended at its end, ascending. What failed before the last of these, the planner has seen and gone on from.</summary>
    public IReadOnlyList<int> ExtendedAfter { get => field ?? []; init; } = [];

    /// <summary>The answer to the goal in the planner's own words; null where the result of the last step is the answer.</summary>
    public string? Answer { get; init; }

    /// <summary>The plans that were looked at before this one was taken, itself included, in the order in which they came. Null where there was no choice.</summary>
    public IReadOnlyList<PlanCandidate>? Candidates { get; init; }

    /// <summary>How sure the planner is, from 0 to 1: the least probable of its decisions. Null where it cannot tell.</summary>
    public double? Confidence { get; init; }

    /// <summary>Model tokens the planning took, prompt and completion together.</summary>
    public long Tokens { get; init; }

    /// <summary>What the planning cost, in the currency of the model's prices. 0 for a model without prices.</summary>
    public decimal Cost { get; init; }

    /// <summary>Whether this plan is a question to a person.</summary>
    [JsonIgnore]
    public bool IsQuestion => Question is not null;

    /// <summary>This plan with the steps of another one added.</summary>
    /// <param name="extension">The steps to add, numbered on from the last of this plan; or a question, or an answer.</param>
    /// <param name="parent">The number of the sub-goal that the steps are to reach; null for steps at the end.</param>
    public Plan Extend(Plan extension, int? parent = null)
    {
        ArgumentNullException.ThrowIfNull(extension);
        return this with
        {
            Steps = [.. Steps, .. extension.Steps.Select(step => parent is null ? step : step with { Parent = parent })],
            Continues = parent is null ? extension.Continues : Continues,
            ExtendedAfter = parent is null ? [.. ExtendedAfter, Steps.Count] : ExtendedAfter,
            Question = extension.Question,
            Answer = parent is null ? extension.Answer : Answer,
            Confidence = Confidence is { } sure && extension.Confidence is { } added ? Math.Min(sure, added) : Confidence ?? extension.Confidence,
            Tokens = Tokens + extension.Tokens,
            Cost = Cost + extension.Cost,
        };
    }

    /// <summary>A plan that asks.</summary>
    /// <param name="question">What the planner must know.</param>
    /// <param name="tokens">Model tokens the planning took.</param>
    public static Plan Ask(string question, long tokens = 0) => new() { Question = question, Tokens = tokens };
}
