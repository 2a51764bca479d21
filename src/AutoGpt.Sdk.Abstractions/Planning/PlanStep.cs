using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// One call of one tool. A string argument of the form <c>$n</c>, alone or as an element of an array, stands for the result of
/// step <c>n</c>; a text that really begins with a dollar sign is written <c>$$</c>.
/// </summary>
/// <param name="Number">Position in the plan, from 1.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="Arguments">The tool's arguments by parameter name.</param>
public sealed record PlanStep(int Number, string Tool, JsonObject Arguments)
{
    /// <summary>Steps that must have succeeded first although no argument refers to them (one writes the file another reads).</summary>
    public IReadOnlyList<int> After { get; init; } = [];
}
