namespace AutoGpt.Sdk.Training;

/// <summary>Which tokens a <see cref="MaskedObjective"/> hides.</summary>
public sealed record MaskingOptions
{
    /// <summary>Share of tokens that are to be foreseen, above 0 and at most 1. Default .15 (Devlin et al. 2018); larger shares suit larger networks (Wettig et al. 2023).</summary>
    public double Share { get; init; } = .15;

    /// <summary>Share of these that the mask stands for, from 0 to 1. Default .8.</summary>
    public double Masked { get; init; } = .8;

    /// <summary>Share of these that another token, drawn at random, stands for; the rest stay as they are. With <see cref="Masked"/> at most 1. Default .1.</summary>
    public double Replaced { get; init; } = .1;

    /// <summary>Seed of the choice. Default 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        OptionRange.Require(Share is > 0 and <= 1, Share, "above 0 and at most 1");
        OptionRange.Require(Masked is >= 0 and <= 1, Masked, "from 0 to 1");
        OptionRange.Require(Replaced >= 0 && Masked + Replaced <= 1 + 1e-9, Replaced, "at least 0, and with Masked at most 1");
    }
}
