namespace AutoGpt.Sdk.Training.Tests.Data;

public sealed class IndexPermutationTests
{
    [Test]
    public void Every_number_comes_once()
    {
        for (int count = 1; count <= 600; count++)
        {
            IndexPermutation permutation = new(count, 3, count);
            Assert.That(Enumerable.Range(0, count).Select(place => (int)permutation[place]).Order(), Is.EqualTo(Enumerable.Range(0, count)), $"{count}");
        }

        IndexPermutation large = new(1_000_003, 1, 2);
        bool[] seen = new bool[1_000_003];
        for (int place = 0; place < seen.Length; place++)
        {
            seen[large[place]] = true;
        }

        Assert.That(seen, Is.All.True);
    }

    [TestCase(long.MaxValue / 4)]
    [TestCase((1L << 40) + 1)]
    public void Counts_may_be_large(long count)
    {
        IndexPermutation permutation = new(count, 5, 0);
        long[] numbers = [.. Enumerable.Range(0, 1000).Select(place => permutation[count - 1 - place])];
        Assert.That(numbers, Is.Unique.And.All.InRange(0, count - 1));
        Assert.That(numbers.Average(number => (double)number / count), Is.EqualTo(.5).Within(.04), "spread over all of them");
    }

    // χ² with 49 · 49 cells: of 6,000 shuffles, each number should be at each place as often. Mean 48², standard deviation √(2 · 48²).
    [Test]
    public void Every_number_is_as_likely_at_every_place()
    {
        const int count = 49, shuffles = 6000;
        int[,] times = new int[count, count];
        for (int epoch = 0; epoch < shuffles; epoch++)
        {
            IndexPermutation permutation = new(count, 8, epoch);
            for (int place = 0; place < count; place++)
            {
                times[place, permutation[place]]++;
            }
        }

        double expected = (double)shuffles / count;
        double statistic = times.Cast<int>().Sum(cell => (cell - expected) * (cell - expected) / expected);
        double freedom = (count - 1) * (count - 1);
        Assert.That(statistic, Is.EqualTo(freedom).Within(5 * Math.Sqrt(2 * freedom)));
    }

    [Test]
    public void Neighbours_do_not_stay_neighbours()
    {
        IndexPermutation permutation = new(10_000, 1, 1);
        int together = Enumerable.Range(0, 9999).Count(place => Math.Abs(permutation[place] - permutation[place + 1]) == 1);
        Assert.That(together, Is.LessThan(15), "two by chance");
    }
}
