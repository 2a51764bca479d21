using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>What every backend promises. Each has a fixture that derives from this one.</summary>
internal abstract class LogitsBackendContract
{
    private static readonly int[] Ids = [3, 1, 4, 1, 5, 9, 2, 6];

    /// <summary>How far a logit may be from the double-precision one, relative to the largest.</summary>
    protected virtual double Tolerance => 2e-5;

    protected abstract ILogitsBackend Create(TransformerConfig config, ITensorSource tensors);

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void Logits_are_those_of_the_formulas_in_double_precision(TransformerConfig config)
    {
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        double[][] expected = new ReferenceTransformer(config, tensors.Views()).Logits(Ids);
        using IBackendSequence sequence = backend.CreateSequence(Ids.Length);
        float[] logits = Append(backend, sequence, Ids, LogitsWanted.All);
        double scale = expected.Max(row => row.Max(Math.Abs));
        for (int row = 0; row < Ids.Length; row++)
        {
            for (int id = 0; id < config.VocabularySize; id++)
            {
                Assert.That(logits[(row * config.VocabularySize) + id], Is.EqualTo(expected[row][id]).Within(Tolerance * scale), $"row {row}, id {id}");
            }
        }
    }

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void A_row_does_not_depend_on_how_the_text_is_cut(TransformerConfig config)
    {
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        using IBackendSequence whole = backend.CreateSequence(Ids.Length);
        float[] expected = Append(backend, whole, Ids, LogitsWanted.All);
        foreach (int[] cuts in (int[][])[[1, 1, 1, 1, 1, 1, 1, 1], [3, 1, 4], [1, 7], [7, 1]])
        {
            Assert.That(InParts(backend, Ids, cuts), Is.EqualTo(expected), "bit for bit, cut as " + string.Join(' ', cuts));
        }
    }

    [Test]
    public void Nor_does_a_row_of_a_text_longer_than_what_is_read_at_once()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 140 };
        int[] ids = [.. Enumerable.Range(0, 140).Select(index => index * index % config.VocabularySize)];
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        using IBackendSequence whole = backend.CreateSequence(ids.Length);
        float[] expected = Append(backend, whole, ids, LogitsWanted.All);
        foreach (int[] cuts in (int[][])[[128, 12], [1, 31, 33, 75]])
        {
            Assert.That(InParts(backend, ids, cuts), Is.EqualTo(expected), "bit for bit, cut as " + string.Join(' ', cuts));
        }
    }

    [Test]
    public void Last_and_none_are_parts_of_all()
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        using ILogitsBackend backend = Create(Shapes.Llama, tensors);
        using IBackendSequence sequence = backend.CreateSequence(8);
        float[] all = Append(backend, sequence, Ids, LogitsWanted.All);
        sequence.Rewind(0);
        Append(backend, sequence, Ids[..4], LogitsWanted.None);
        Assert.That(Append(backend, sequence, Ids[4..], LogitsWanted.Last), Is.EqualTo(all[^Shapes.Llama.VocabularySize..]));
    }

    [Test]
    public void A_fork_and_its_origin_go_their_own_ways()
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Gpt);
        using ILogitsBackend backend = Create(Shapes.Gpt, tensors);
        using IBackendSequence origin = backend.CreateSequence(8);
        Append(backend, origin, Ids[..4], LogitsWanted.None);
        using IBackendSequence fork = origin.Fork();
        float[] other = Append(backend, fork, [7, 7], LogitsWanted.Last);
        float[] own = Append(backend, origin, Ids[4..6], LogitsWanted.Last);
        using IBackendSequence fresh = backend.CreateSequence(8);
        Assert.That(own, Is.EqualTo(Append(backend, fresh, Ids[..6], LogitsWanted.Last)));
        fresh.Rewind(4);
        Assert.That(other, Is.EqualTo(Append(backend, fresh, [7, 7], LogitsWanted.Last)));
    }

    [Test]
    public void Steps_of_several_sequences_are_what_each_would_get_alone()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 200 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        int vocabulary = config.VocabularySize;
        int[][] texts = [[1], [2, 3, 4], [.. Enumerable.Range(0, 150).Select(index => index * 3 % vocabulary)], [5, 6], [7]];
        LogitsWanted[] wanted = [LogitsWanted.Last, LogitsWanted.All, LogitsWanted.Last, LogitsWanted.None, LogitsWanted.All];
        IBackendSequence[] together = [.. texts.Select(_ => backend.CreateSequence(200))];
        for (int round = 0; round < 2; round++)
        {
            float[][] logits = [.. texts.Select((text, index) => new float[vocabulary * wanted[index] switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => text.Length }])];
            backend.Append([.. texts.Select((text, index) => new SequenceStep(together[index], text, wanted[index], logits[index]))]);
            for (int index = 0; index < texts.Length; index++)
            {
                using IBackendSequence alone = backend.CreateSequence(200);
                for (int earlier = 0; earlier < round; earlier++)
                {
                    Append(backend, alone, texts[index][..Math.Min(texts[index].Length, 20)], LogitsWanted.None);
                }

                Assert.That(logits[index], Is.EqualTo(Append(backend, alone, texts[index], wanted[index])), $"sequence {index}, bit for bit");
                together[index].Rewind(Math.Min(texts[index].Length, 20));
            }
        }

        Array.ForEach(together, sequence => sequence.Dispose());
    }

    [Test]
    public void Cancellation_leaves_the_length_as_it_was()
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        using ILogitsBackend backend = Create(Shapes.Llama, tensors);
        using IBackendSequence sequence = backend.CreateSequence(8);
        Append(backend, sequence, Ids[..3], LogitsWanted.None);
        Assert.That(() => sequence.Append(Ids.AsSpan(3, 2), LogitsWanted.None, [], new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(sequence.Length, Is.EqualTo(3));
    }

    [Test]
    public void Cancellation_in_the_midst_of_a_call_leaves_the_text_as_it_was()
    {
        // Far more than a backend reads in the time.
        TransformerConfig config = Shapes.Llama with { ContextLength = 20_000 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        using IBackendSequence sequence = backend.CreateSequence(config.ContextLength);
        Append(backend, sequence, Ids[..3], LogitsWanted.None);
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(50));
        Assert.That(() => sequence.Append(new int[19_000], LogitsWanted.None, [], soon.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(sequence.Length, Is.EqualTo(3));
        using IBackendSequence fresh = backend.CreateSequence(8);
        Assert.That(Append(backend, sequence, Ids[3..], LogitsWanted.Last), Is.EqualTo(Append(backend, fresh, Ids, LogitsWanted.Last)));
    }

    [Test]
    public void Bad_calls_are_refused_and_change_nothing()
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        using ILogitsBackend backend = Create(Shapes.Llama, tensors);
        int vocabulary = Shapes.Llama.VocabularySize;
        Assert.That(() => backend.CreateSequence(0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => backend.CreateSequence(Shapes.Llama.ContextLength + 1), Throws.InstanceOf<ArgumentException>());
        using IBackendSequence sequence = backend.CreateSequence(4);
        Assert.That(() => sequence.Append([], LogitsWanted.None, []), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => sequence.Append([1, 2, 3, 4, 5], LogitsWanted.None, []), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => sequence.Append([vocabulary], LogitsWanted.None, []), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => sequence.Append([-1], LogitsWanted.None, []), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => sequence.Append([1], LogitsWanted.Last, new float[vocabulary - 1]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => sequence.Rewind(1), Throws.InstanceOf<ArgumentException>());
        Assert.That(sequence.Length, Is.Zero);
    }

    private static List<float> InParts(ILogitsBackend backend, int[] ids, int[] cuts)
    {
        using IBackendSequence sequence = backend.CreateSequence(ids.Length);
        List<float> parts = [];
        foreach (int cut in cuts)
        {
            parts.AddRange(Append(backend, sequence, ids[sequence.Length..Math.Min(sequence.Length + cut, ids.Length)], LogitsWanted.All));
        }

        return parts;
    }

    private static float[] Append(ILogitsBackend backend, IBackendSequence sequence, int[] ids, LogitsWanted wanted)
    {
        int rows = wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => ids.Length };
        float[] logits = new float[rows * backend.Config.VocabularySize];
        sequence.Append(ids, wanted, logits);
        return logits;
    }
}
