namespace AutoGpt.Sdk.Models;

/// <summary>The bounds of a number.</summary>
internal readonly record struct NumberBounds(decimal? Minimum, bool ExclusiveMinimum, decimal? Maximum, bool ExclusiveMaximum)
{
    public bool Contain(decimal value) =>
        !(value < Minimum) && !(value > Maximum) && !(ExclusiveMinimum && value == Minimum) && !(ExclusiveMaximum && value == Maximum);

    /// <summary>Whether one of the numbers low, low + step, … high lies within.</summary>
    public bool Overlap(decimal low, decimal high, decimal step)
    {
        if (Minimum is { } minimum && minimum >= low)
        {
            if (minimum > high)
            {
                return false;
            }

            decimal first = low + (decimal.Ceiling((minimum - low) / step) * step);
            low = ExclusiveMinimum && first == minimum ? first + step : first;
        }

        return low <= high && Contain(low);
    }
}
