namespace AutoGpt.Sdk;

/// <summary>How a <see cref="LanguageModelEvaluator"/> judges.</summary>
public sealed record LanguageModelEvaluatorOptions
{
    /// <summary>Completion tokens of a verdict at most. Default 128, at least 1.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>How often an invalid verdict is sent back. Default 1, at least 0.</summary>
    public int MaxRepairs { get; init; } = 1;

    /// <summary>Characters of each step's result that the judge reads. Default 2,000, at least 1.</summary>
    public int MaxResultLength { get; init; } = 2000;

    /// <summary>
    /// Ask the person instead of accepting where the verdict was less probable than this. Only for models that report log-probabilities. Default 0 (off), from 0 to 1.
    /// </summary>
    public double MinConfidence { get; init; }

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRepairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResultLength, 1);
        if (MinConfidence is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MinConfidence), MinConfidence, "Must be from 0 to 1.");
        }
    }
}
