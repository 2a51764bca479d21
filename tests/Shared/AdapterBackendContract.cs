using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>What every backend with adapters promises. Each has a fixture that derives from this one.</summary>
internal abstract class AdapterBackendContract
{
    private static readonly int[] Ids = [3, 1, 4, 1, 5, 9, 2, 6];

    /// <summary>How far a logit may be from the double-precision one, relative to the largest.</summary>
    protected virtual double Tolerance => 2e-5;

    /// <summary>Tokens of a long text: more than a backend reads at once, if it reads several at once.</summary>
    protected virtual int LongText => 150;

    protected abstract ILogitsBackend Create(TransformerConfig config, ITensorSource tensors);

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void Logits_are_those_of_the_formulas_in_double_precision(TransformerConfig shape)
    {
        TransformerConfig config = shape with { ContextLength = 16 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        foreach (ModelAdapter adapter in Adapters(config))
        {
            double[][] expected = RandomAdapters.Logits(config, [.. tensors.Views()], adapter, Ids);
            double[][] without = RandomAdapters.Logits(config, [.. tensors.Views()], null, Ids);
            float[] logits = Read(backend, adapter, Ids);
            double scale = expected.Max(row => row.Max(Math.Abs));
            double effect = expected.Zip(without, (left, right) => left.Zip(right, (x, y) => Math.Abs(x - y)).Max()).Max();
            Assert.That(effect, Is.GreaterThan(.1 * scale), "the adapter does something");
            for (int index = 0; index < logits.Length; index++)
            {
                Assert.That(logits[index], Is.EqualTo(expected[index / config.VocabularySize][index % config.VocabularySize]).Within(Tolerance * scale), $"{adapter.GetType().Name}, row {index / config.VocabularySize}");
            }
        }
    }

    [Test]
    public void Queries_keys_and_values_that_share_a_matrix_are_GPT2s()
    {
        TransformerConfig config = Shapes.Gpt;
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        LoraAdapter adapter = RandomAdapters.Gpt2Lora(config, 1, 3);
        double[][] expected = RandomAdapters.Logits(config, [.. tensors.Views()], adapter, Ids);
        float[] logits = Read(backend, adapter, Ids);
        double scale = expected.Max(row => row.Max(Math.Abs));
        Assert.That(logits.Select((value, index) => Math.Abs(value - expected[index / config.VocabularySize][index % config.VocabularySize])).Max(), Is.LessThan(Tolerance * scale));
    }

    [Test]
    public void Sequences_of_different_adapters_in_one_pass_get_what_each_would_get_alone()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 200, Width = 72, FeedForwardWidth = 1300 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        IAdapterBackend adapting = (IAdapterBackend)backend;
        BackendAdapter?[] adapters = [null, .. Adapters(config).Select(adapting.Prepare)];
        int[][] texts = [[1], [2, 3, 4], [.. Enumerable.Range(0, LongText).Select(index => index * 3 % config.VocabularySize)], [5, 6], [7]];
        LogitsWanted[] wanted = [LogitsWanted.Last, LogitsWanted.All, LogitsWanted.Last, LogitsWanted.None, LogitsWanted.All];
        for (int shift = 0; shift < adapters.Length; shift++)
        {
            IBackendSequence[] together = [.. texts.Select((_, index) => adapting.CreateSequence(180, adapters[(index + shift) % adapters.Length]))];
            for (int round = 0; round < 2; round++)
            {
                float[][] logits = [.. texts.Select((text, index) => new float[config.VocabularySize * Rows(text, wanted[index])])];
                backend.Append([.. texts.Select((text, index) => new SequenceStep(together[index], text, wanted[index], logits[index]))]);
                for (int index = 0; index < texts.Length; index++)
                {
                    using IBackendSequence alone = adapting.CreateSequence(180, adapters[(index + shift) % adapters.Length]);
                    int kept = Math.Min(texts[index].Length, 20);
                    for (int earlier = 0; earlier < round; earlier++)
                    {
                        alone.Append(texts[index].AsSpan(0, kept), LogitsWanted.None, []);
                    }

                    float[] expected = new float[logits[index].Length];
                    alone.Append(texts[index], wanted[index], expected);
                    Assert.That(logits[index], Is.EqualTo(expected), $"adapter {(index + shift) % adapters.Length}, sequence {index}, round {round}, bit for bit");
                    Assert.That(together[index].Length, Is.EqualTo((round * kept) + texts[index].Length));
                    together[index].Rewind((round * kept) + kept);
                }
            }

            Array.ForEach(together, sequence => sequence.Dispose());
        }

        Array.ForEach(adapters, adapter => adapter?.Release());
    }

    [Test]
    public void A_row_does_not_depend_on_how_the_text_is_cut_nor_on_forks_and_rewinds()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 16 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        IAdapterBackend adapting = (IAdapterBackend)backend;
        foreach (ModelAdapter adapter in Adapters(config))
        {
            float[] expected = Read(backend, adapter, Ids);
            BackendAdapter prepared = adapting.Prepare(adapter);
            using IBackendSequence empty = adapting.CreateSequence(10, prepared);
            using IBackendSequence origin = empty.Fork();
            // The sequences have it.
            prepared.Release();
            float[] logits = new float[expected.Length];
            int vocabulary = config.VocabularySize;
            origin.Append(Ids.AsSpan(0, 3), LogitsWanted.All, logits.AsSpan(0, 3 * vocabulary));
            origin.Append([7, 7], LogitsWanted.None, []);
            origin.Rewind(3);
            using IBackendSequence fork = origin.Fork();
            fork.Append([8, 8, 8], LogitsWanted.None, []);
            origin.Append(Ids.AsSpan(3), LogitsWanted.All, logits.AsSpan(3 * vocabulary));
            Assert.That(logits, Is.EqualTo(expected), $"{adapter.GetType().Name}, bit for bit");
            fork.Rewind(0);
            fork.Append(Ids, LogitsWanted.All, logits);
            Assert.That(logits, Is.EqualTo(expected), $"{adapter.GetType().Name} from the beginning, bit for bit");
            empty.Append(Ids, LogitsWanted.All, logits);
            Assert.That(logits, Is.EqualTo(expected), $"{adapter.GetType().Name}, whose fork was read first, bit for bit");
        }
    }

    [Test]
    public void A_cancelled_beginning_begins_again()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 16 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        IAdapterBackend adapting = (IAdapterBackend)backend;
        foreach (ModelAdapter adapter in Adapters(config))
        {
            BackendAdapter prepared = adapting.Prepare(adapter);
            using IBackendSequence sequence = adapting.CreateSequence(8, prepared);
            Assert.That(() => sequence.Append(Ids, LogitsWanted.None, [], new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(sequence.Length, Is.Zero);
            float[] logits = new float[8 * config.VocabularySize];
            sequence.Append(Ids, LogitsWanted.All, logits);
            Assert.That(logits, Is.EqualTo(Read(backend, adapter, Ids)));
            prepared.Release();
        }
    }

    [Test]
    public void Virtual_tokens_are_no_tokens_of_a_text_and_take_their_room()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 16 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        IAdapterBackend adapting = (IAdapterBackend)backend;
        BackendAdapter prepared = adapting.Prepare(RandomAdapters.Prompt(config, 1, 5));
        Assert.That(prepared.VirtualTokens, Is.EqualTo(5));
        Assert.That(() => adapting.CreateSequence(12, prepared), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using IBackendSequence sequence = adapting.CreateSequence(11, prepared);
        sequence.Append([.. Ids, 1, 1, 1], LogitsWanted.None, []);
        Assert.That((sequence.Length, sequence.Capacity), Is.EqualTo((11, 11)));
        Assert.That(() => sequence.Append([1], LogitsWanted.None, []), Throws.ArgumentException);
        Assert.That(() => sequence.Rewind(12), Throws.InstanceOf<ArgumentOutOfRangeException>());
        prepared.Release();
    }

    [Test]
    public void Adapters_for_others_are_refused()
    {
        TransformerConfig config = Shapes.Llama with { ContextLength = 16 };
        using TensorList tensors = RandomWeights.Of(config);
        using ILogitsBackend backend = Create(config, tensors);
        using ILogitsBackend other = Create(config, tensors);
        IAdapterBackend adapting = (IAdapterBackend)backend;
        Assert.That(() => adapting.Prepare(RandomAdapters.Lora(config with { Width = 16 }, 1, 2, TensorNames.Query)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("'model.layers.0.self_attn.q_proj' is [16, 8] in this one and [16, 16] in the adapter"));
        Assert.That(() => adapting.Prepare(RandomAdapters.Prefix(config with { Layers = 3 }, 1, 2)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("3 layers"));
        Assert.That(() => adapting.Prepare(RandomAdapters.Prompt(config, 1, 15)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("no room"));
        BackendAdapter prepared = adapting.Prepare(RandomAdapters.Lora(config, 1, 2, TensorNames.Query));
        Assert.That(() => ((IAdapterBackend)other).CreateSequence(4, prepared), Throws.ArgumentException.With.Message.Contains("another backend"));
        prepared.Release();
        Assert.That(() => adapting.CreateSequence(4, prepared), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static IEnumerable<ModelAdapter> Adapters(TransformerConfig config)
    {
        string[] all = [TensorNames.Query, TensorNames.Key, TensorNames.Value, TensorNames.Output, TensorNames.Up, TensorNames.Down];
        yield return RandomAdapters.Lora(config, 1, 3, config.Activation == Activation.SwiGlu ? [.. all, TensorNames.Gate] : all);
        yield return RandomAdapters.Lora(config, 2, 20, TensorNames.Query, TensorNames.Value, TensorNames.Down);
        yield return RandomAdapters.Prompt(config, 3, 3);
        yield return RandomAdapters.Prefix(config, 4, 4);
    }

    private static float[] Read(ILogitsBackend backend, ModelAdapter adapter, int[] ids)
    {
        BackendAdapter prepared = ((IAdapterBackend)backend).Prepare(adapter);
        using IBackendSequence sequence = ((IAdapterBackend)backend).CreateSequence(ids.Length, prepared);
        prepared.Release();
        float[] logits = new float[ids.Length * backend.Config.VocabularySize];
        sequence.Append(ids, LogitsWanted.All, logits);
        return logits;
    }

    private static int Rows(int[] text, LogitsWanted wanted) => wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => text.Length };
}
