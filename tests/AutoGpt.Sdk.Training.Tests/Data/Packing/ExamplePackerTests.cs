namespace AutoGpt.Sdk.Training.Tests.Data.Packing;

public sealed class ExamplePackerTests
{
    // Example n is n + 10 repeated; a third of it is a prompt, and of every fourth only the last token counts.
    private static TrainingExample[] Examples(int count, int seed)
    {
        var random = new SplitMix64(seed, 0);
        return [.. Enumerable.Range(0, count).Select(n =>
        {
            int length = 2 + random.Next(30);
            return new TrainingExample(Enumerable.Repeat(n + 10, length).ToArray(), length / 3) { Learned = n % 4 == 0 ? Enumerable.Range(0, length).Select(i => i == length - 1).ToArray() : default };
        })];
    }

    [TestCase(null)]
    [TestCase(1)]
    public void Every_example_stays_whole_with_what_counts_in_it(int? separator)
    {
        TrainingExample[] examples = Examples(500, 4);
        TrainingExample[] rows = [.. ExamplePacker.Pack(examples, new PackingOptions { RowLength = 64, Separator = separator })];
        Assert.That(rows.Select(row => row.Ids.Length), Is.All.InRange(2, 64));
        foreach (TrainingExample row in rows)
        {
            Assert.That(row.Ids.Span[0], Is.Not.EqualTo(1));
            Assert.That(row.Ids.Span[^1], Is.Not.EqualTo(1));
            Assert.That(row.Ids.ToArray().Select((id, i) => id == 1 && !row.Counts(i)), Is.All.False, "a separator is to be foreseen");
        }

        foreach ((int n, TrainingExample example) in examples.Index())
        {
            TrainingExample row = rows.Single(each => each.Ids.Span.Contains(n + 10));
            int start = row.Ids.Span.IndexOf(n + 10);
            Assert.That(row.Ids.Slice(start, example.Ids.Length).ToArray(), Is.EqualTo(example.Ids.ToArray()));
            Assert.That(Enumerable.Range(0, example.Ids.Length).Select(i => row.Counts(start + i)), Is.EqualTo(Enumerable.Range(0, example.Ids.Length).Select(example.Counts)), "nor is its first token foreseen from another's last");
            Assert.That(separator is null || start == 0 || row.Ids.Span[start - 1] == separator);
        }

        Assert.That(rows.Sum(row => row.Ids.Length), Is.GreaterThan(.97 * 64 * rows.Length), "rows are nearly full");
    }

    [Test]
    public void Rows_are_examples_for_batches()
    {
        TrainingExample[] rows = [.. ExamplePacker.Pack([new(new[] { 5, 6, 1 }, 0), new(new[] { 7, 8, 9 }, 1)], new PackingOptions { RowLength = 9, Separator = 1 })];
        TokenBatch batch = new ExampleDataset(rows, [], new ExampleDatasetOptions { LengthMultiple = 1 }).GetTrainingBatch(0);
        Assert.That(batch.Ids, Is.EqualTo([5, 6, 1, 7, 8]), "it ends with the separator already");
        Assert.That(batch.Targets, Is.EqualTo([6, 1, TokenBatch.Ignored, 8, 9]));
    }

    [Test]
    public void What_does_not_fit_is_told()
    {
        Assert.That(() => ExamplePacker.Pack(Examples(50, 1), new PackingOptions { RowLength = 20 }).ToArray(), Throws.ArgumentException.With.Message.Contains("more than the 20 of a row"));
        Assert.That(() => ExamplePacker.Pack([], new PackingOptions { RowLength = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
