namespace AutoGpt.Sdk.Training.Tests.Metrics;

public sealed class BootstrapTests
{
    // The mean of two draws from {0, 1} is 0, ½, 1 with probability ¼, ½, ¼.
    [TestCase(.95, 0, 1)]
    [TestCase(.4, .5, .5)]
    public void Bounds_are_quantiles_of_the_known_distribution(double level, double lower, double upper)
    {
        ConfidenceInterval interval = Bootstrap.Mean([0, 1], new BootstrapOptions { Samples = 2000, Level = level });
        Assert.That(interval, Is.EqualTo(new ConfidenceInterval(.5, lower, upper, level)));
    }

    [Test]
    public void For_many_items_the_interval_is_the_normal_one()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => Math.Sqrt(i))];
        double mean = values.Average();
        double error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length / values.Length);
        ConfidenceInterval interval = Bootstrap.Mean(values, new BootstrapOptions { Samples = 20_000, Seed = 7 });
        Assert.That(interval.Estimate, Is.EqualTo(mean).Within(1e-12));
        Assert.That(interval.Lower, Is.EqualTo(mean - (1.96 * error)).Within(.06 * error), "20,000 samples place a 2.5 % quantile to about .02 standard errors");
        Assert.That(interval.Upper, Is.EqualTo(mean + (1.96 * error)).Within(.06 * error));
    }

    // 300 data sets of 60 coin tosses at .7: the interval holds .7 in about 95 % of them (binomial: 270 is 4 standard deviations low).
    [Test]
    public void The_interval_holds_the_truth_as_often_as_it_says()
    {
        int held = 0;
        for (int set = 0; set < 300; set++)
        {
            var random = new SplitMix64(set, 99);
            double[] tosses = [.. Enumerable.Range(0, 60).Select(_ => random.Next(10) < 7 ? 1.0 : 0)];
            ConfidenceInterval interval = Bootstrap.Mean(tosses, new BootstrapOptions { Samples = 400, Seed = set });
            held += interval.Lower <= .7 + 1e-9 && .7 - 1e-9 <= interval.Upper ? 1 : 0;
        }

        Assert.That(held, Is.InRange(270, 298));
    }

    [Test]
    public void The_same_seed_gives_the_same_interval_on_any_number_of_threads()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => Math.Sin(i))];
        ConfidenceInterval one = Bootstrap.Mean(values, new BootstrapOptions { Threads = 1, Seed = 3 });
        Assert.That(Bootstrap.Mean(values, new BootstrapOptions { Threads = 8, Seed = 3 }), Is.EqualTo(one));
        Assert.That(Bootstrap.Mean(values, new BootstrapOptions { Seed = 4 }), Is.Not.EqualTo(one));
    }

    [Test]
    public void Two_systems_compare_by_the_difference_over_pairs()
    {
        (double First, double Second)[] pairs = [.. Enumerable.Range(0, 200).Select(i => (Math.Sin(i) + .1, Math.Sin(i)))];
        ConfidenceInterval interval = Bootstrap.Interval(pairs, sample =>
        {
            double difference = 0;
            foreach ((double first, double second) in sample)
            {
                difference += (first - second) / sample.Length;
            }

            return difference;
        });
        Assert.That((interval.Lower, interval.Upper), Is.EqualTo((.1, .1)).Within(1e-9), "what the pairs have in common cancels");
    }

    [Test]
    public void What_gives_no_figure_is_told()
    {
        Assert.That(() => Bootstrap.Mean([]), Throws.ArgumentException);
        Assert.That(() => Bootstrap.Mean([1], new BootstrapOptions { Level = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Level is 1"));
        Assert.That(() => Bootstrap.Interval<int>([0, 1], sample => 0.0 / sample[0]), Throws.ArgumentException.With.Message.Contains("no number"));
        Assert.That(() => Bootstrap.Mean([1, 2], cancellationToken: new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
