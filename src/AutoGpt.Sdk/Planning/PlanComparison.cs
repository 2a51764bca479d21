using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>Compares plans by what they do.</summary>
internal static class PlanComparison
{
    /// <summary>Whether two plans make the same calls in the same order.</summary>
    public static bool IsLike(this Plan left, Plan right) =>
        left.Steps.Count == right.Steps.Count && left.Steps.Zip(right.Steps).All(pair =>
            pair.First.Tool == pair.Second.Tool
            && JsonNode.DeepEquals(pair.First.Arguments, pair.Second.Arguments)
            && pair.First.After.Order().SequenceEqual(pair.Second.After.Order()));
}
