namespace AutoGpt.Sdk.Models.Tests.Generation;

public sealed class SamplerTests
{
    private static readonly float[] Logits = [1.5f, 0.5f, -0.5f, 2f, 0f, float.NegativeInfinity];

    [Test]
    public void Frequencies_are_the_exact_probabilities()
    {
        foreach ((SamplingOptions options, int[] kept) in ((SamplingOptions, int[])[])
        [
            (new SamplingOptions(), [0, 1, 2, 3, 4]),
            (new SamplingOptions { Temperature = 0.5f }, [0, 1, 2, 3, 4]),
            (new SamplingOptions { TopK = 2 }, [3, 0]),
            (new SamplingOptions { TopP = 0.7f }, [3, 0]),
            (new SamplingOptions { MinP = 0.2f }, [0, 1, 3]),
            (new SamplingOptions { TopK = 4, TopP = 0.95f, Temperature = 2 }, [3, 0, 1, 4]),
        ])
        {
            double[] weights = [.. Logits.Select((logit, id) => kept.Contains(id) ? Math.Exp(logit / options.Temperature) : 0)];
            int[] counts = new int[Logits.Length];
            Sampler sampler = new(options, Logits.Length, seed: 1);
            const int draws = 20_000;
            for (int draw = 0; draw < draws; draw++)
            {
                counts[sampler.Sample(Logits, [], [])]++;
            }

            double chiSquare = kept.Sum(id => Math.Pow(counts[id] - (draws * weights[id] / weights.Sum()), 2) / (draws * weights[id] / weights.Sum()));
            Assert.That(chiSquare, Is.LessThan(18.5), $"{options}: four degrees of freedom exceed this once in a thousand");
            Assert.That(Enumerable.Range(0, Logits.Length).Except(kept).Sum(id => counts[id]), Is.Zero, options.ToString());
        }
    }

    [Test]
    public void Greedy_takes_the_first_of_equals()
    {
        Sampler sampler = new(SamplingOptions.Greedy, 3, 0);
        Assert.That(sampler.Sample([1, 2, 2], [], []), Is.EqualTo(1));
        Assert.That(sampler.Sample([1, 2, 2], [], [0b100UL]), Is.EqualTo(2));
    }

    [Test]
    public void Greedy_takes_the_first_of_the_highest_that_the_mask_allows()
    {
        Random random = new(1);
        foreach (int length in (int[])[1, 63, 64, 65, 127, 1000])
        {
            Sampler sampler = new(SamplingOptions.Greedy, length, 0);
            for (int round = 0; round < 200; round++)
            {
                // Few values, so that there are equals, zeros of both signs among them.
                float[] logits = [.. Enumerable.Range(0, length).Select(_ => random.Next(4) switch { 0 => -0f, 1 => 0f, 2 => -1f, _ => round % 2 == 0 ? -2f : 3f })];
                ulong[] allowed = [.. Enumerable.Range(0, (length + 63) / 64).Select(_ => random.Next(3) switch { 0 => 0UL, 1 => ulong.MaxValue, _ => (ulong)random.NextInt64() })];
                allowed[^1] |= 1UL << ((length - 1) & 63);
                int[] ids = [.. Enumerable.Range(0, length).Where(id => (allowed[id / 64] >> (id % 64) & 1) == 1)];
                Assert.That(sampler.Sample(logits, [], allowed), Is.EqualTo(ids.First(id => logits[id] == ids.Max(other => logits[other]))));
                Assert.That(sampler.Sample(logits, [], []), Is.EqualTo(Array.FindIndex(logits, logit => logit == logits.Max())));
            }
        }
    }

    [Test]
    public void Of_equals_the_lowest_ids_are_kept()
    {
        float[] equal = new float[100];
        equal[5] = -0f;
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.That(new Sampler(new SamplingOptions { TopK = 1 }, 100, seed).Sample(equal, [], []), Is.Zero, "as greedily");
            Assert.That(new Sampler(new SamplingOptions { TopK = 1 }, 100, seed).Sample(equal, [], [0, ulong.MaxValue]), Is.EqualTo(64));
        }

        // Ten hundredths are less than that, eleven are more.
        Sampler nucleus = new(new SamplingOptions { TopP = 0.105f }, 100, seed: 1);
        int[] drawn = [.. Enumerable.Range(0, 1000).Select(_ => nucleus.Sample(equal, [], [])).Distinct().Order()];
        Assert.That(drawn, Is.EqualTo(Enumerable.Range(0, 11)));
    }

    [Test]
    public void The_most_probable_are_kept_whatever_their_sign()
    {
        float[] logits = [-3, 2, -0.5f, 0, -1, 1e-30f, 3, -1e30f, 0.5f];
        int[] byProbability = [6, 1, 8, 5, 3, 2, 4, 0, 7];
        for (int k = 1; k <= logits.Length; k++)
        {
            Sampler sampler = new(new SamplingOptions { TopK = k, Temperature = 1e30f }, logits.Length, seed: 1);
            int[] drawn = [.. Enumerable.Range(0, 500).Select(_ => sampler.Sample(logits, [], [])).Distinct()];
            Assert.That(drawn, Is.EquivalentTo(byProbability[..k]), $"the first {k}");
        }
    }

    [Test]
    public void Choosing_allocates_nothing()
    {
        Sampler sampler = new(new SamplingOptions { TopK = 50, TopP = 0.9f, MinP = 0.01f, RepetitionPenalty = 1.2f }, 100, seed: 1);
        float[] logits = [.. Enumerable.Range(0, 100).Select(id => id * 37 % 100 / 10f)];
        int[] context = [.. Enumerable.Range(0, 100)];
        sampler.Sample(logits, [7], []);
        sampler.Sample(logits, [7], []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sampler.Sample(logits, context, []);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Repetition_is_penalised_once_per_token()
    {
        Sampler sampler = new(SamplingOptions.Greedy with { RepetitionPenalty = 2 }, 3, 0);
        Assert.That(sampler.Sample([3, 2, -5], [0, 0], []), Is.EqualTo(1), "3 becomes 1.5");
        Assert.That(sampler.Sample([3.9f, 2, -5], [1, 0, 0], []), Is.EqualTo(0), "3.9 becomes 1.95, not 0.98, and 2 becomes 1");
        Assert.That(sampler.Sample([-3, -2, -5], [1], []), Is.EqualTo(0), "-2 becomes -4");
    }

    [Test]
    public void A_seed_gives_one_sequence()
    {
        int[] Draw(int seed)
        {
            Sampler sampler = new(new SamplingOptions(), Logits.Length, seed);
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Sample(Logits, [], []))];
        }

        int[] first = Draw(3);
        int[] again = Draw(3);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Draw(4), Is.Not.EqualTo(first));
    }

    [Test]
    public void Broken_logits_and_impossible_masks_are_told()
    {
        Sampler sampler = new(SamplingOptions.Greedy, 3, 0);
        Assert.That(() => sampler.Sample([1, float.NaN, 2], [], []), Throws.InstanceOf<AutoGptException>().With.Message.Contains("token 1"));
        Assert.That(() => sampler.Sample([1, 2, 3], [], [0UL]), Throws.InstanceOf<AutoGptException>());
    }
}
