using System.Globalization;

namespace AutoGpt.Sdk;

/// <summary>
/// How a token is chosen from the logits. Applied in this order: repetition penalty, mask, temperature, top-k, top-p, min-p.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Always the most probable token; of equals the one with the lowest id.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Divides the logits. 0 is greedy. Default 1, at least 0.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keeps the k most probable tokens. 0 keeps all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the fewest most probable tokens whose probabilities reach p together. Default 1 (all), above 0.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Keeps tokens at least this fraction as probable as the most probable one. Default 0 (all), from 0 to 1.</summary>
    public float MinP { get; init; }

    /// <summary>
    /// Divides positive and multiplies negative logits of tokens that occur in the context (Keskar et al. 2019, CTRL). Default 1
    /// (none), above 0.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        Check(Temperature >= 0 && float.IsFinite(Temperature), Temperature, nameof(Temperature), "at least 0");
        Check(TopK >= 0, TopK, nameof(TopK), "at least 0");
        Check(TopP is > 0 and <= 1, TopP, nameof(TopP), "above 0 and at most 1");
        Check(MinP is >= 0 and <= 1, MinP, nameof(MinP), "from 0 to 1");
        Check(RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty), RepetitionPenalty, nameof(RepetitionPenalty), "above 0");
    }

    private static void Check(bool holds, float value, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}."));
        }
    }
}
