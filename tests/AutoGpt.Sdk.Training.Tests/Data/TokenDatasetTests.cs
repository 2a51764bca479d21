namespace AutoGpt.Sdk.Training.Tests.Data;

public sealed class TokenDatasetTests
{
    private static readonly int[] Ids = [.. Enumerable.Range(0, 1000)];
    private static readonly TokenDatasetOptions Options = new() { BatchSize = 4, BlockLength = 16, Seed = 1 };

    [Test]
    public void A_target_is_the_token_after_and_training_never_sees_the_held_out_part()
    {
        TokenDataset data = new(Ids, Options);
        HashSet<int> starts = [];
        for (int index = 0; index < 500; index++)
        {
            TokenBatch batch = data.GetTrainingBatch(index);
            Assert.That((batch.Rows, batch.Length, batch.TargetCount), Is.EqualTo((4, 16, 64)));
            Assert.That(batch.Targets, Is.EqualTo(batch.Ids.Select(id => id + 1)));
            Assert.That(batch.Targets.Max(), Is.LessThan(900));
            starts.UnionWith(Enumerable.Range(0, 4).Select(row => batch.Ids[row * 16]));
        }

        Assert.That(starts, Has.Member(0).And.Member(883), "the first and the last window occur");
        Assert.That(starts, Has.Count.GreaterThan(700), "windows lie everywhere");
    }

    [Test]
    public void A_batch_is_a_function_of_its_number_and_the_seed()
    {
        TokenDataset data = new(Ids, Options), again = new(Ids, Options), other = new(Ids, Options with { Seed = 2 });
        TokenBatch seventh = data.GetTrainingBatch(7);
        _ = data.GetTrainingBatch(3);
        Assert.That(data.GetTrainingBatch(7).Ids, Is.EqualTo(seventh.Ids));
        Assert.That(again.GetTrainingBatch(7).Ids, Is.EqualTo(seventh.Ids));
        Assert.That(other.GetTrainingBatch(7).Ids, Is.Not.EqualTo(seventh.Ids));
        Assert.That(data.GetTrainingBatch(8).Ids, Is.Not.EqualTo(seventh.Ids));
    }

    [TestCase(1, 4)]
    [TestCase(100, 6)]
    public void Validation_covers_the_held_out_part_without_overlap(int maximum, int windows)
    {
        TokenBatch[] batches = [.. new TokenDataset(Ids, Options).GetValidationBatches(maximum)];
        int[] starts = [.. batches.SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => batch.Ids[row * 16]))];
        Assert.That(starts, Has.Length.EqualTo(windows));
        Assert.That(starts[0], Is.EqualTo(900));
        Assert.That(starts[^1], Is.EqualTo(983), "the last target is the last token");
        Assert.That(starts.Zip(starts.Skip(1), (first, second) => second - first), Is.All.GreaterThanOrEqualTo(16));
    }

    [Test]
    public void The_fingerprint_tells_data_and_batching_apart()
    {
        string[] prints =
        [
            new TokenDataset(Ids, Options).Fingerprint, new TokenDataset(Ids.AsMemory(0, 999), Options).Fingerprint, new TokenDataset(Ids.Reverse().ToArray(), Options).Fingerprint,
            new TokenDataset(Ids, Options with { Seed = 2 }).Fingerprint, new TokenDataset(Ids, Options with { BatchSize = 5 }).Fingerprint,
            new TokenDataset(Ids, Options with { BlockLength = 17 }).Fingerprint, new TokenDataset(Ids, Options with { ValidationShare = .2 }).Fingerprint,
        ];
        Assert.That(prints, Is.Unique);
        Assert.That(new TokenDataset(Ids.ToArray(), Options).Fingerprint, Is.EqualTo(prints[0]));
    }

    [Test]
    public void Nothing_held_out_gives_no_validation() =>
        Assert.That(new TokenDataset(Ids, Options with { ValidationShare = 0 }).GetValidationBatches(5), Is.Empty);

    [Test]
    public void Too_little_text_is_told()
    {
        Assert.That(() => new TokenDataset(Ids.AsMemory(0, 10), Options), Throws.ArgumentException.With.Message.Contains("training part has 9 tokens"));
        Assert.That(() => new TokenDataset(Ids.AsMemory(0, 100), Options), Throws.ArgumentException.With.Message.Contains("validation part has 10 tokens"));
        Assert.That(() => new TokenDataset(Ids, Options with { ValidationShare = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
