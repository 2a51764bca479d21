namespace AutoGpt.Sdk.Training;

/// <summary>Constants of <see cref="Muon"/>.</summary>
public sealed record MuonOptions
{
    /// <summary>Decay of the running sum of gradients, from 0 to below 1. Default .95.</summary>
    public double Momentum { get; init; } = .95;

    /// <summary>Newton–Schulz iterations that make a step orthogonal, at least 1. Default 5.</summary>
    public int Iterations { get; init; } = 5;

    /// <summary>
    /// Root mean square of a step's elements before the learning rate, above 0 and finite. Default .2, that of a typical AdamW step, so that learning rates and
    /// weight decay tuned for AdamW carry over.
    /// </summary>
    public double StepRootMeanSquare { get; init; } = .2;

    /// <summary>Share of the learning rate by which weights shrink, at least 0 and finite. Default .1.</summary>
    public double WeightDecay { get; init; } = .1;

    internal void Validate()
    {
        OptionRange.Require(Momentum is >= 0 and < 1, Momentum, "at least 0 and below 1");
        OptionRange.Require(Iterations >= 1, Iterations, "at least 1");
        OptionRange.Require(StepRootMeanSquare > 0 && double.IsFinite(StepRootMeanSquare), StepRootMeanSquare, "above 0 and finite");
        OptionRange.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "at least 0 and finite");
    }
}
