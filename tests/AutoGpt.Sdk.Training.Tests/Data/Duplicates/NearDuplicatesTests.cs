namespace AutoGpt.Sdk.Training.Tests.Data.Duplicates;

public sealed class NearDuplicatesTests
{
    // Of n words each different, a text has n − 2 runs of three; with one word changed in the middle, three of them change.
    [Test]
    public void Similarity_is_that_of_the_sets_of_runs()
    {
        const string text = "one two three four five six seven eight nine ten";
        Assert.That(NearDuplicates.Similarity(text, text.Replace("five", "FIVE,", StringComparison.Ordinal)), Is.EqualTo(1), "case and signs make no difference");
        Assert.That(NearDuplicates.Similarity(text, text.Replace("five", "x", StringComparison.Ordinal)), Is.EqualTo(5.0 / 11).Within(1e-12));
        Assert.That(NearDuplicates.Similarity(text, text + " eleven"), Is.EqualTo(8.0 / 9).Within(1e-12));
        Assert.That(NearDuplicates.Similarity("今天的火车晚点了", "今天的火车晚点"), Is.EqualTo(5.0 / 6).Within(1e-12), "a character is a word");
        Assert.That(NearDuplicates.Similarity("a b", "a b c", shingleLength: 1), Is.EqualTo(2.0 / 3).Within(1e-12));
        Assert.That(NearDuplicates.Similarity("a b", "a b c", shingleLength: 2), Is.EqualTo(1.0 / 2).Within(1e-12));
        Assert.That(NearDuplicates.Similarity("???", "!!!"), Is.Zero);
    }

    // Sets of known similarity: common + own numbers. The estimate over all seeds is unbiased; one of 128 hashes has a standard error of √(J(1 − J)/128).
    [TestCase(90, 10, .9)]
    [TestCase(50, 50, .5)]
    [TestCase(10, 190, .05)]
    public void The_estimate_is_the_Jaccard_similarity(int common, int apart, double similarity)
    {
        double sum = 0, worst = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            ulong[] numbers = [.. Enumerable.Range(0, common + apart).Select(i => SplitMix64.Mix((ulong)((seed * 1000) + i)))];
            MinHash hash = new(128, seed);
            double estimate = MinHash.Similarity(hash.Signature(numbers[..(common + (apart / 2))]), hash.Signature([.. numbers[..common], .. numbers[(common + (apart / 2))..]]));
            sum += estimate;
            worst = Math.Max(worst, Math.Abs(estimate - similarity));
        }

        double error = Math.Sqrt(similarity * (1 - similarity) / 128);
        Assert.That(sum / 100, Is.EqualTo(similarity).Within(4 * error / 10));
        Assert.That(worst, Is.LessThan(4.5 * error));
    }

    [Test]
    public void Near_duplicates_of_near_duplicates_are_in_one_cluster()
    {
        NearDuplicates duplicates = new();
        string[] words = [.. Enumerable.Range(0, 80).Select(i => $"w{i}")];
        // Each is the one before with a word more: neighbours 78:79 or so, the ends .7 alike.
        for (int length = 50; length <= 70; length++)
        {
            duplicates.Add(string.Join(' ', words.Take(length)));
        }

        int other = duplicates.Add("something else that has nothing to do with it at all");
        int copy = duplicates.Add(string.Join("  ", words.Take(60)));
        Assert.That(NearDuplicates.Similarity(string.Join(' ', words.Take(50)), string.Join(' ', words.Take(70))), Is.LessThan(.8));
        Assert.That(duplicates.Clusters(), Is.EqualTo(new[] { Enumerable.Range(0, 21).Append(copy) }));
        Assert.That((duplicates.First(other), duplicates.First(copy)), Is.EqualTo((other, 0)));
    }

    // Against all pairs: nothing is joined whose estimate lies below the threshold, and hardly anything is missed.
    [TestCase(.8)]
    [TestCase(.5)]
    public void Bands_find_what_comparing_all_with_all_finds(double threshold)
    {
        var random = new SplitMix64(11, 0);
        List<HashSet<int>> sets = [];
        for (int i = 0; i < 400; i++)
        {
            // Every second text is an earlier one with some words exchanged.
            int[] words = i % 2 == 0 ? [.. Enumerable.Range(0, 60).Select(_ => random.Next(1_000_000))] : [.. sets[random.Next(sets.Count)].Select(word => random.Next(100) < 12 ? random.Next(1_000_000) : word)];
            sets.Add([.. words]);
        }

        NearDuplicateOptions options = new() { Threshold = threshold, ShingleLength = 1 };
        NearDuplicates duplicates = new(options);
        MinHash hash = new(options.Hashes, options.Seed);
        DisjointSets all = new();
        uint[][] signatures = [.. sets.Select(set => hash.Signature(Shingles.Of(Text(set), 1)))];
        for (int i = 0; i < sets.Count; i++)
        {
            duplicates.Add(Text(sets[i]));
            all.Add();
            for (int j = 0; j < i; j++)
            {
                if (MinHash.Similarity(signatures[i], signatures[j]) >= threshold)
                {
                    all.Join(i, j);
                }
            }
        }

        int[] wanted = [.. Enumerable.Range(0, sets.Count).Select(all.Find)], found = [.. Enumerable.Range(0, sets.Count).Select(duplicates.First)];
        Assert.That(wanted.Distinct().Count(), Is.InRange(20, 380), "there is something to find, and something apart");
        Assert.That(found.Zip(wanted, (mine, right) => wanted[mine] == right), Is.All.True, "a cluster found is part of one there is");
        Assert.That(found.Zip(wanted, (mine, right) => mine == right ? 0 : 1).Sum(), Is.LessThanOrEqualTo(4));

        static string Text(HashSet<int> words) => string.Join(' ', words.Select(word => $"w{word}"));
    }

    [Test]
    public void Thousands_of_copies_cost_next_to_nothing()
    {
        NearDuplicates duplicates = new();
        for (int i = 0; i < 20_000; i++)
        {
            Assert.That(duplicates.First(duplicates.Add("Buy our product now and be happy ever after!")), Is.Zero);
        }

        Assert.That(duplicates.Clusters().Single(), Has.Count.EqualTo(20_000));
    }

    [TestCase(.8, 7, 18)]
    [TestCase(1, 128, 1)]
    [TestCase(.1, 1, 128)]
    public void Bands_are_as_few_as_find_a_pair_at_the_threshold(double threshold, int rows, int count)
    {
        SignatureBands bands = new(128, threshold);
        Assert.That((bands.Rows, bands.Bands), Is.EqualTo((rows, count)));
    }

    [Test]
    public void Options_out_of_range_are_told()
    {
        Assert.That(() => new NearDuplicates(new NearDuplicateOptions { Threshold = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Threshold is 0"));
        Assert.That(() => new NearDuplicates(new NearDuplicateOptions { Hashes = 8 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
