namespace AutoGpt.Sdk.Training.Tests.Data.Shards;

public sealed class ShardedTokenDatasetTests
{
    private static readonly ShardedTokenDatasetOptions Options = new() { BlockLength = 8, BatchSize = 3, Seed = 1 };

    private DataFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new DataFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    // Example n is 100·n and on, so that a token tells where it is from; of 5 to 9 tokens, the first two a prompt.
    private static IEnumerable<TrainingExample> Examples(int count) =>
        Enumerable.Range(0, count).Select(n => new TrainingExample(Enumerable.Range(100 * n, 5 + (n % 5)).ToArray(), 2));

    private string Write(string name, int count, long tokensPerShard = 1 << 20, int vocabulary = 30_000)
    {
        TokenShards.Write(_folder.File(name), Examples(count), new TokenShardOptions { VocabularySize = vocabulary, Separator = 7, TokensPerShard = tokensPerShard });
        return _folder.File(name);
    }

    // What the shards should hold, by the definition: each example and a separator; the first two tokens of each example only read.
    private static (int Id, bool Learned)[] Stream(int count) =>
        [.. Examples(count).SelectMany(example => example.Ids.ToArray().Select((id, i) => (id, i >= 2)).Append((7, true)))];

    [TestCase(1 << 20, 30_000)]
    [TestCase(50, 30_000)]
    [TestCase(1, 30_000)]
    [TestCase(50, 200_000)]
    [TestCase(50, 32_769)]
    public void An_epoch_sees_every_token_in_its_context_however_the_files_are_cut(long tokensPerShard, int vocabulary)
    {
        using ShardedTokenDataset data = new(Write("train", 100, tokensPerShard, vocabulary), options: Options);
        (int Id, bool Learned)[] stream = Stream(100);
        Assert.That(data.TrainingTokens, Is.EqualTo(stream.Length).And.EqualTo(800));
        Assert.That(data.RowsPerEpoch, Is.EqualTo(100), "99 rows of 8 and one moved back");
        Dictionary<int, int> starts = [];
        List<int> order = [];
        for (int row = 0; row < 300; row++)
        {
            TokenBatch batch = data.GetTrainingBatch(row / 3);
            int[] ids = [.. batch.Ids.Skip(row % 3 * 8).Take(8)], targets = [.. batch.Targets.Skip(row % 3 * 8).Take(8)];
            int start = Enumerable.Range(0, stream.Length - 8).Single(place => stream.Skip(place).Take(8).Select(token => token.Id).SequenceEqual(ids));
            Assert.That(targets, Is.EqualTo(stream.Skip(start + 1).Take(8).Select(token => token.Learned ? token.Id : TokenBatch.Ignored)));
            starts[start] = starts.GetValueOrDefault(start) + 1;
            order.Add(start);
        }

        Assert.That(starts.Keys.Order(), Is.EqualTo(Enumerable.Range(0, 99).Select(row => row * 8).Append(791)));
        Assert.That(starts.Values, Is.All.EqualTo(3), "three epochs");
        Assert.That(order.Take(100), Is.Not.EqualTo(order.Skip(100).Take(100)).And.Not.Ordered);
    }

    [Test]
    public void A_batch_is_a_function_of_its_number_alone()
    {
        string train = Write("train", 60, 100);
        using ShardedTokenDataset data = new(train, options: Options), again = new(train, options: Options), other = new(train, options: Options with { Seed = 2 });
        TokenBatch[] batches = [.. Enumerable.Range(0, 60).Select(index => data.GetTrainingBatch(index))];
        foreach (int index in (int[])[59, 3, 17])
        {
            Assert.That(again.GetTrainingBatch(index).Ids, Is.EqualTo(batches[index].Ids));
            Assert.That(again.GetTrainingBatch(index).Targets, Is.EqualTo(batches[index].Targets));
        }

        Assert.That(other.GetTrainingBatch(3).Ids, Is.Not.EqualTo(batches[3].Ids));
        Assert.That((again.Fingerprint, again.MaximumLength, again.VocabularySize), Is.EqualTo((data.Fingerprint, 8, 30_000)));
        Assert.That(other.Fingerprint, Is.Not.EqualTo(data.Fingerprint));
        using ShardedTokenDataset changed = new(Write("other", 61, 100), options: Options);
        Assert.That(changed.Fingerprint, Is.Not.EqualTo(data.Fingerprint));
        using ShardedTokenDataset recut = new(Write("recut", 60, 200), options: Options);
        Assert.That(recut.GetTrainingBatch(5).Ids, Is.EqualTo(batches[5].Ids));
    }

    [Test]
    public void Validation_is_spread_over_the_held_out_tokens()
    {
        using ShardedTokenDataset data = new(Write("train", 20), Write("held", 50), Options);
        Assert.That(data.GetValidationBatches(1000).Sum(batch => batch.Rows), Is.EqualTo(50));
        int[] starts = [.. data.GetValidationBatches(2).SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => batch.Ids[row * 8]))];
        Assert.That(starts, Has.Length.EqualTo(6).And.Ordered);
        Assert.That(starts[0], Is.Zero);
        Assert.That(data.GetValidationBatches(2).SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => batch.Ids[row * 8])), Is.EqualTo(starts));
        using ShardedTokenDataset none = new(_folder.File("train"), options: Options);
        Assert.That(none.GetValidationBatches(3), Is.Empty);
    }

    [Test]
    public void A_row_in_which_nothing_counts_gives_way_to_the_next()
    {
        TrainingExample prompt = new(Enumerable.Range(0, 41).ToArray(), 40);
        TokenShards.Write(_folder.File("train"), [prompt], new TokenShardOptions { VocabularySize = 50 });
        using ShardedTokenDataset data = new(_folder.File("train"), options: Options);
        Assert.That(data.GetTrainingBatch(0).Targets, Is.EqualTo(Enumerable.Repeat((int[])[.. Enumerable.Repeat(TokenBatch.Ignored, 7), 40], 3).SelectMany(row => row)));
    }

    [Test]
    public void What_is_broken_is_told()
    {
        string train = Write("train", 20);
        string file = Directory.GetFiles(train).Single();
        byte[] whole = File.ReadAllBytes(file);
        Assert.That(() => new ShardedTokenDataset(_folder.File("gone")), Throws.TypeOf<DatasetException>().With.Message.Contains("no folder with shards"));
        Assert.That(() => new ShardedTokenDataset(train, options: Options with { BlockLength = 1000 }), Throws.ArgumentException.With.Message.Contains("a row of 1000 and its last target need 1001"));
        File.WriteAllBytes(file, whole[..^3]);
        Assert.That(() => new ShardedTokenDataset(train, options: Options), Throws.TypeOf<DatasetException>().With.Message.Contains("cut off or damaged"));
        File.WriteAllBytes(file, [.. whole[..4], 9, .. whole[5..]]);
        Assert.That(() => new ShardedTokenDataset(train, options: Options), Throws.TypeOf<DatasetException>().With.Message.Contains("version 9"));
        File.WriteAllText(file, "text");
        Assert.That(() => new ShardedTokenDataset(train, options: Options), Throws.TypeOf<DatasetException>().With.Message.Contains("no shard of tokens"));
        File.WriteAllBytes(file, whole);
        using ShardedTokenDataset data = new(train, options: Options);
        Assert.That(data.GetTrainingBatch(0).Rows, Is.EqualTo(3), "an open that failed leaves nothing locked");
    }

    [Test]
    public void A_folder_is_written_as_a_whole_or_not_at_all()
    {
        TokenShardOptions options = new() { VocabularySize = 500, TokensPerShard = 10 };
        TokenShardSummary summary = TokenShards.Write(_folder.File("a"), Examples(5), options);
        Assert.That(summary, Is.EqualTo(new TokenShardSummary(3, 5, 35, 25)));
        Assert.That(() => TokenShards.Write(_folder.File("a"), Examples(5), options), Throws.TypeOf<IOException>().With.Message.Contains("exists already"));
        Assert.That(() => TokenShards.Write(_folder.File("b"), Examples(6), options), Throws.ArgumentException.With.Message.Contains("the token 500; the vocabulary has 500"));
        Assert.That(() => TokenShards.Write(_folder.File("b"), [], options), Throws.ArgumentException);
        Assert.That(() => TokenShards.Write(_folder.File("b"), [new TrainingExample(new[] { 1 }, 0)], options), Throws.ArgumentException);
        using CancellationTokenSource cancellation = new();
        IEnumerable<TrainingExample> cancelling = Examples(5).Select((example, i) =>
        {
            if (i == 3)
            {
                cancellation.Cancel();
            }

            return example;
        });
        Assert.That(() => TokenShards.Write(_folder.File("b"), cancelling, options, cancellationToken: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetDirectories(_folder.Path), Is.EqualTo([_folder.File("a")]));
    }
}
