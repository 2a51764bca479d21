namespace AutoGpt.Sdk;

/// <summary>How a <see cref="StepByStepPlanner"/> plans.</summary>
public sealed record StepByStepPlannerOptions
{
    /// <summary>Steps the model may take at once; those that do not depend on each other run at the same time. Default 4, at least 1.</summary>
    public int MaxStepsAtOnce { get; init; } = 4;

    /// <summary>Completion tokens of one decision at most. Default 1,024, at least 1.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>How often an invalid decision is sent back with what is wrong with it. Default 2, at least 0.</summary>
    public int MaxRepairs { get; init; } = 2;

    /// <summary>Characters of each result that the model reads; of results before the last eight steps a quarter. The whole of a longer one it has by reference. Default 2,000, at least 1.</summary>
    public int MaxResultLength { get; init; } = 2000;

    /// <summary>As <see cref="LanguageModelPlannerOptions.ExplainSteps"/>. Default true.</summary>
    public bool ExplainSteps { get; init; } = true;

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStepsAtOnce, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRepairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResultLength, 1);
    }
}
