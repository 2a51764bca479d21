namespace AutoGpt.Sdk.Training;

/// <summary>Constants of <see cref="AdamW"/>.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the mean of the gradients, from 0 to below 1. Default .9.</summary>
    public double Beta1 { get; init; } = .9;

    /// <summary>Decay of the mean of their squares, from 0 to below 1. Default .95; small batches want .99.</summary>
    public double Beta2 { get; init; } = .95;

    /// <summary>Added to the root of the mean square, above 0 and finite. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of the learning rate by which weights shrink, at least 0 and finite. Default .1. Only matrices decay: scales, shifts and biases do not.</summary>
    public double WeightDecay { get; init; } = .1;

    internal void Validate()
    {
        OptionRange.Require(Beta1 is >= 0 and < 1, Beta1, "at least 0 and below 1");
        OptionRange.Require(Beta2 is >= 0 and < 1, Beta2, "at least 0 and below 1");
        OptionRange.Require(Epsilon > 0 && double.IsFinite(Epsilon), Epsilon, "above 0 and finite");
        OptionRange.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "at least 0 and finite");
    }
}
