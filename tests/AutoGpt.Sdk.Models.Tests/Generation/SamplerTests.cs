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
