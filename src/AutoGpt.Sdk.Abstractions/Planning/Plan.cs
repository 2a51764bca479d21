using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// A directed acyclic graph of steps, or, when the planner would rather ask than guess, a question. Steps are numbered from 1 in
/// an order in which they can run: a step refers only to steps before it.
/// </summary>
public sealed record Plan
{
    /// <summary>The steps, numbered from 1 without gaps. Empty when the plan is a <see cref="Question"/>.</summary>
    public IReadOnlyList<PlanStep> Steps { get; init; } = [];

    /// <summary>What the planner must know before it can plan; null when it has planned.</summary>
    public string? Question { get; init; }

    /// <summary>How sure the planner is, from 0 to 1: the least probable of its decisions. Null where it cannot tell.</summary>
    public double? Confidence { get; init; }

    /// <summary>Model tokens the planning took, prompt and completion together.</summary>
    public long Tokens { get; init; }

    /// <summary>Whether this plan is a question to a person.</summary>
    [JsonIgnore]
    public bool IsQuestion => Question is not null;

    /// <summary>A plan that asks.</summary>
    /// <param name="question">What the planner must know.</param>
    /// <param name="tokens">Model tokens the planning took.</param>
    public static Plan Ask(string question, long tokens = 0) => new() { Question = question, Tokens = tokens };
}
