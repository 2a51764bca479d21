namespace AutoGpt.Sdk.Benchmarks;

/// <summary>Sums of measurements.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    /// <summary>Jain's index of fairness: 1 where all get the same, 1/n where one gets everything (Jain, Chiu and Hawe 1984).</summary>
    public static double Jain(IReadOnlyCollection<double> shares) => Math.Pow(shares.Sum(), 2) / (shares.Count * shares.Sum(share => share * share));
}
