namespace AutoGpt.Sdk.Training;

/// <summary>nanoGPT's schedule: a linear warm-up, then half a cosine from the highest rate down to the lowest, which then stays.</summary>
/// <param name="Maximum">The rate after the warm-up, above 0.</param>
/// <param name="Minimum">The rate at the end, from 0 to <paramref name="Maximum"/>.</param>
/// <param name="WarmUp">Iterations until the maximum, at least 0.</param>
/// <param name="Decay">The iteration at which the minimum is reached.</param>
public sealed record LearningRateSchedule(double Maximum, double Minimum, int WarmUp, int Decay)
{
    /// <summary>The rate of an iteration.</summary>
    /// <param name="iteration">From 0.</param>
    public double At(long iteration)
    {
        if (iteration < WarmUp)
        {
            return Maximum * (iteration + 1) / (WarmUp + 1);
        }

        if (iteration >= Decay)
        {
            return Minimum;
        }

        double share = (double)(iteration - WarmUp) / (Decay - WarmUp);
        return Minimum + (.5 * (1 + Math.Cos(Math.PI * share)) * (Maximum - Minimum));
    }
}
