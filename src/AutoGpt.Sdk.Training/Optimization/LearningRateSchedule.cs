namespace AutoGpt.Sdk.Training;

/// <summary>A linear warm-up, then a fall from the highest rate to the lowest, which then stays.</summary>
/// <param name="Maximum">The rate after the warm-up, above 0.</param>
/// <param name="Minimum">The rate at the end, from 0 to <paramref name="Maximum"/>.</param>
/// <param name="WarmUp">Iterations until the maximum, at least 0.</param>
/// <param name="Decay">The iteration at which the minimum is reached.</param>
/// <param name="Shape">How the rate falls. Default: half a cosine, which is nanoGPT's schedule.</param>
public sealed record LearningRateSchedule(double Maximum, double Minimum, int WarmUp, int Decay, LearningRateShape Shape = LearningRateShape.Cosine)
{
    // The last fifth of a run that is warmed up, held and then let fall.
    private const double HeldShare = .8;

    /// <summary>The rate of an iteration.</summary>
    /// <param name="iteration">From 0.</param>
    public double At(long iteration)
    {
        if (iteration < WarmUp)
        {
            return Maximum * (iteration + 1) / (WarmUp + 1);
        }

        if (Shape == LearningRateShape.Constant)
        {
            return Maximum;
        }

        if (iteration >= Decay)
        {
            return Minimum;
        }

        double share = (double)(iteration - WarmUp) / (Decay - WarmUp);
        return Shape switch
        {
            LearningRateShape.Cosine => Between(.5 * (1 + Math.Cos(Math.PI * share))),
            LearningRateShape.Linear => Between(1 - share),
            LearningRateShape.WarmUpStableDecay => Between(Math.Min(1, (1 - share) / (1 - HeldShare))),
            LearningRateShape.InverseSquareRoot => Math.Max(Minimum, Maximum * Math.Sqrt(Math.Max(1, WarmUp) / (double)Math.Max(1, iteration))),
            _ => throw new InvalidOperationException($"There is no shape {Shape}."),
        };
    }

    private double Between(double share) => Minimum + (share * (Maximum - Minimum));
}

/// <summary>How a learning rate falls after the warm-up.</summary>
public enum LearningRateShape
{
    /// <summary>Half a cosine (Loshchilov and Hutter 2017).</summary>
    Cosine,

    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>It does not.</summary>
    Constant,

    /// <summary>Held for four fifths, then a straight line (Hu et al. 2024, MiniCPM).</summary>
    WarmUpStableDecay,

    /// <summary>With the inverse square root of the iteration (Vaswani et al. 2017), but not below the minimum.</summary>
    InverseSquareRoot,
}
