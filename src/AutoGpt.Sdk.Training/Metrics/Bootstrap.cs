namespace AutoGpt.Sdk.Training;

/// <summary>
/// How far a figure is due to the items that happened to be measured: the percentile bootstrap (Efron 1979). Items are drawn with replacement, as many as there are; the
/// bounds are quantiles of the figure over many such samples.
/// </summary>
/// <remarks>
/// To compare two systems on the same items give pairs, and their difference as the figure: where the interval leaves 0 out, the systems differ at that level.
/// </remarks>
public static class Bootstrap
{
    /// <summary>The interval of a mean.</summary>
    /// <param name="values">The values, at least one.</param>
    /// <param name="options">Default: 1000 samples, 95 %.</param>
    /// <param name="cancellationToken">Heeded between samples.</param>
    /// <exception cref="ArgumentException">There is no value, or an option is out of range.</exception>
    public static ConfidenceInterval Mean(ReadOnlySpan<double> values, BootstrapOptions? options = null, CancellationToken cancellationToken = default) =>
        Interval<double>(values.ToArray(), Average, options, cancellationToken);

    /// <summary>The interval of any figure, for instance corpus BLEU over <see cref="BleuCounts"/>.</summary>
    /// <typeparam name="T">What is drawn: whatever one item adds to the figure.</typeparam>
    /// <param name="items">The items, at least one.</param>
    /// <param name="figure">The figure of a sample; called on several threads at once. It must not keep the sample.</param>
    /// <param name="options">Default: 1000 samples, 95 %.</param>
    /// <param name="cancellationToken">Heeded between samples.</param>
    /// <exception cref="ArgumentException">There is no item, the figure of a sample is no number, or an option is out of range.</exception>
    public static ConfidenceInterval Interval<T>(IReadOnlyList<T> items, Func<ReadOnlySpan<T>, double> figure, BootstrapOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(figure);
        options ??= new BootstrapOptions();
        options.Validate();
        MetricInput.RequirePairs(items.Count, items.Count);
        T[] all = [.. items];
        double[] figures = new double[options.Samples];
        Parallel.For(
            0,
            options.Samples,
            new ParallelOptions { MaxDegreeOfParallelism = options.Threads ?? Environment.ProcessorCount, CancellationToken = cancellationToken },
            () => new T[all.Length],
            (sample, _, drawn) =>
            {
                // A generator for each sample: which thread draws it makes no difference.
                var random = new SplitMix64(options.Seed, sample);
                for (int i = 0; i < drawn.Length; i++)
                {
                    drawn[i] = all[random.Next(all.Length)];
                }

                figures[sample] = figure(drawn);
                return drawn;
            },
            _ => { });
        if (Array.Exists(figures, double.IsNaN))
        {
            throw new ArgumentException("The figure of a sample is no number. It must have a value for every choice of items, also where some occur several times and others not at all.", nameof(figure));
        }

        Array.Sort(figures);
        return new ConfidenceInterval(figure(all), Quantile(figures, (1 - options.Level) / 2), Quantile(figures, (1 + options.Level) / 2), options.Level);
    }

    // One after the other: vectors would add up in an order that depends on the machine.
    internal static double Average(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    // Between two values in proportion (type 7 of Hyndman and Fan 1996, the default of R and NumPy).
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((place - below) * (above - sorted[below]));
    }
}
