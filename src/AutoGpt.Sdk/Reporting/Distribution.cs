namespace AutoGpt.Sdk;

/// <summary>How values are spread. Percentiles between two values are interpolated linearly, as spreadsheets and NumPy do by default (Hyndman and Fan's seventh definition).</summary>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="Minimum">The least value.</param>
/// <param name="Median">Half of the values are not greater.</param>
/// <param name="P90">90 % of the values are not greater.</param>
/// <param name="P99">99 % of the values are not greater.</param>
/// <param name="Maximum">The greatest value.</param>
public sealed record Distribution(double Mean, double Minimum, double Median, double P90, double P99, double Maximum)
{
    /// <summary>The distribution of values; null without any.</summary>
    internal static Distribution? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : new Distribution(sorted.Average(), sorted[0], At(sorted, 0.5), At(sorted, 0.9), At(sorted, 0.99), sorted[^1]);
    }

    private static double At(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
