using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>
/// One call of one tool. A string argument of the form <c>$n</c>, alone or as an element of an array, stands for the result of
/// step <c>n</c>, and <c>$n.total</c> or <c>$n.rows[0].name</c> for a part of it; a text that really begins with a dollar sign is written <c>$$</c>.
/// </summary>
/// <param name="Number">Position in the plan, from 1.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="Arguments">The tool's arguments by parameter name.</param>
public sealed record PlanStep(int Number, string Tool, JsonObject Arguments)
{
    /// <summary>The tool of a step that calls no tool but names a goal of its own (the argument <c>goal</c>): when its turn comes, a planner makes steps of it.</summary>
    public const string SubGoal = "subgoal";

    /// <summary>Steps that must have succeeded first although no argument refers to them (one writes the file another reads).</summary>
    public IReadOnlyList<int> After { get => field ?? []; init; } = [];

    /// <summary>The number of the sub-goal this step is a part of; null at the top of the tree.</summary>
    public int? Parent { get; init; }

    /// <summary>Why the planner wants this step, in one line of its own words. Null where it does not say.</summary>
    public string? Why { get; init; }

    /// <summary>The tools the model weighed for this step, the most probable first. Null where it does not tell.</summary>
    public IReadOnlyList<ToolCandidate>? Candidates { get; init; }

    /// <summary>Whether this step is a goal of its own and calls no tool.</summary>
    [JsonIgnore]
    public bool IsSubGoal => Tool == SubGoal;
}

/// <summary>A tool that a model weighed.</summary>
/// <param name="Tool">The tool; or the beginning that several tools share, with <c>…</c>, where the model's choice among those came later.</param>
/// <param name="Probability">How probable it was among what was allowed there, from 0 to 1.</param>
public sealed record ToolCandidate(string Tool, double Probability);
