namespace AutoGpt.Sdk;

/// <summary>How a <see cref="HierarchicalPlanner"/> plans.</summary>
public sealed record HierarchicalPlannerOptions
{
    /// <summary>How deep sub-goals may lie in each other: 0 for none at all, 1 for sub-goals without sub-goals. Default 2, at least 0.</summary>
    public int MaxDepth { get; init; } = 2;

    /// <summary>Steps of one plan, or of one sub-goal, at most. Default 8, at least 1.</summary>
    public int MaxPlanSteps { get; init; } = 8;

    /// <summary>Completion tokens of one plan at most. Default 1,024, at least 1.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>How often an invalid plan is sent back with what is wrong with it. Default 2, at least 0.</summary>
    public int MaxRepairs { get; init; } = 2;

    /// <summary>Characters of each result that the model reads when it plans a sub-goal. The whole of a longer one it has by reference. Default 2,000, at least 1.</summary>
    public int MaxResultLength { get; init; } = 2000;

    /// <summary>As <see cref="LanguageModelPlannerOptions.ExplainSteps"/>. Default true.</summary>
    public bool ExplainSteps { get; init; } = true;

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDepth);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPlanSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRepairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResultLength, 1);
    }
}
