namespace AutoGpt.Sdk.Training.Tests.Data;

public sealed class ExampleDatasetTests
{
    private static readonly ExampleDatasetOptions Options = new() { TokensPerBatch = 64, LengthMultiple = 4, PaddingId = 0 };

    // Example n is n+1 repeated, so that a row tells which it is.
    private static TrainingExample[] Examples(int count) =>
        [.. Enumerable.Range(0, count).Select(n => new TrainingExample(Enumerable.Repeat(n + 1, 2 + (n % 17)).ToArray(), (n % 17) / 2))];

    [Test]
    public void Each_epoch_sees_every_example_once_in_an_order_of_its_own()
    {
        ExampleDataset data = new(Examples(100), [], Options);
        List<int[]> epochs = [];
        long index = 0;
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<int> seen = [];
            while (seen.Count < 100)
            {
                TokenBatch batch = data.GetTrainingBatch(index++);
                Assert.That(batch.Ids, Has.Count.LessThanOrEqualTo(64));
                Assert.That(batch.Length % 4, Is.Zero);
                seen.AddRange(Enumerable.Range(0, batch.Rows).Select(row => batch.Ids[row * batch.Length]));
            }

            Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(1, 100)));
            epochs.Add([.. seen]);
        }

        Assert.That(epochs[1], Is.Not.EqualTo(epochs[0]));
        Assert.That(data.GetTrainingBatch(1).Ids, Is.EqualTo(new ExampleDataset(Examples(100), [], Options).GetTrainingBatch(1).Ids), "going back is no different from coming anew");
    }

    [Test]
    public void The_loss_counts_on_the_continuation_alone()
    {
        TokenBatch batch = new ExampleDataset([new TrainingExample(new[] { 5, 6, 7, 8 }, 2)], [], Options).GetTrainingBatch(0);
        Assert.That(batch.Ids, Is.EqualTo([5, 6, 7, 0]));
        Assert.That(batch.Targets, Is.EqualTo([TokenBatch.Ignored, 7, 8, TokenBatch.Ignored]));
        Assert.That((batch.TokenCount, batch.TargetCount), Is.EqualTo((3, 2)));
    }

    [Test]
    public void The_loss_may_count_on_several_parts()
    {
        TrainingExample example = new(new[] { 5, 6, 7, 8, 9 }, 0) { Learned = new[] { true, true, false, false, true } };
        ExampleDataset data = new([example], [], Options);
        Assert.That(data.GetTrainingBatch(0).Targets.Take(4), Is.EqualTo([6, TokenBatch.Ignored, TokenBatch.Ignored, 9]));
        Assert.That(data.Fingerprint, Is.Not.EqualTo(new ExampleDataset([example with { Learned = default }], [], Options).Fingerprint));
        Assert.That(() => new ExampleDataset([example with { Learned = new[] { true } }], [], Options), Throws.ArgumentException.With.Message.Contains("5 tokens and says of 1"));
        Assert.That(() => new ExampleDataset([example with { Learned = new[] { true, false, false, false, false } }], [], Options), Throws.ArgumentException.With.Message.Contains("no token that counts"));
    }

    [Test]
    public void Validation_batches_stay_the_same()
    {
        ExampleDataset data = new(Examples(1), Examples(40), Options);
        Assert.That(data.GetValidationBatches(3).Select(batch => batch.Ids), Is.EqualTo(data.GetValidationBatches(100).Take(3).Select(batch => batch.Ids)));
        Assert.That(data.GetValidationBatches(100).Sum(batch => batch.Rows), Is.EqualTo(40));
    }

    [Test]
    public void Examples_that_teach_nothing_or_do_not_fit_are_refused()
    {
        Assert.That(() => new ExampleDataset([], [], Options), Throws.ArgumentException);
        Assert.That(() => new ExampleDataset([new TrainingExample(new[] { 1 }, 0)], [], Options), Throws.ArgumentException.With.Message.Contains("1 tokens"));
        Assert.That(() => new ExampleDataset([new TrainingExample(new[] { 1, 2 }, 2)], [], Options), Throws.ArgumentException.With.Message.Contains("after the prompt"));
        Assert.That(() => new ExampleDataset([new TrainingExample(new int[70], 0)], [], Options), Throws.ArgumentException.With.Message.Contains("TokensPerBatch"));
    }
}
