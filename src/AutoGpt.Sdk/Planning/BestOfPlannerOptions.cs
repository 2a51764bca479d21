namespace AutoGpt.Sdk;

/// <summary>How a <see cref="BestOfPlanner"/> plans.</summary>
public sealed record BestOfPlannerOptions
{
    /// <summary>Plans to look at, at most. Default 4, at least 2.</summary>
    public int Candidates { get; init; } = 4;

    /// <summary>How the second and later plans of a model are drawn that cannot list its choices. Default: temperature 0.8.</summary>
    public SamplingOptions Sampling { get; init; } = new() { Temperature = 0.8f };

    /// <summary>How each plan is made: steps, tokens, repairs. Default: the defaults.</summary>
    public LanguageModelPlannerOptions Planner { get; init; } = new();

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Candidates, 2);
        Sampling.Validate();
        Planner.Validate();
    }
}
