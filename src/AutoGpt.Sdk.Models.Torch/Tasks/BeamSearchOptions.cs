namespace AutoGpt.Sdk.Models.Torch;

/// <summary>How <see cref="BeamSearch"/> looks for a text.</summary>
public sealed record BeamSearchOptions
{
    /// <summary>Texts that are followed side by side, at least 1; 1 is greedy. Default 4.</summary>
    public int Beams { get; init; } = 4;

    /// <summary>Tokens of a text at most, its end not counted; at least 1. Default: what the decoder's context holds.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>
    /// How much longer texts are preferred, at least 0: the log-probability is divided by ((5 + length) / 6) to this power (Wu et al. 2016, section 7). 0 prefers none. Default .6.
    /// </summary>
    public double LengthPenalty { get; init; } = .6;

    internal void Validate()
    {
        Require(Beams >= 1, nameof(Beams), Beams, "at least 1");
        Require(MaximumLength is null or >= 1, nameof(MaximumLength), MaximumLength ?? 0, "at least 1, or null");
        Require(LengthPenalty >= 0 && double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "at least 0");
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be {range}."));
        }
    }
}

/// <summary>A text that <see cref="BeamSearch"/> found.</summary>
/// <param name="Ids">Its tokens, without begin and end.</param>
/// <param name="LogProbability">The log-probability of the tokens and the end, in nats.</param>
/// <param name="Score">The same with the length penalty: what the texts were ranked by.</param>
/// <param name="Ended">Whether the text came to its end; otherwise it was cut off at the maximum length.</param>
public sealed record BeamResult(IReadOnlyList<int> Ids, double LogProbability, double Score, bool Ended);
