using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models.Tests.Backends;

[TestFixture]
internal sealed class SimdAdapterTests : AdapterBackendContract
{
    protected override ILogitsBackend Create(TransformerConfig config, ITensorSource tensors) =>
        SimdBackend.Create(config, tensors, new SimdBackendOptions { KeyValues = KeyValueFormat.F32 });

    [Test]
    public void Threads_change_nothing()
    {
        TransformerConfig config = new() { VocabularySize = 300, ContextLength = 64, Width = 256, Layers = 2, Heads = 4, KeyValueHeads = 2, FeedForwardWidth = 2700 };
        using TensorList tensors = RandomWeights.Of(config);
        LoraAdapter adapter = RandomAdapters.Lora(config, 1, 7, TensorNames.Query, TensorNames.Value, TensorNames.Gate, TensorNames.Down);
        Assert.That(Logits(3), Is.EqualTo(Logits(1)), "bit for bit");

        float[] Logits(int threads)
        {
            using SimdBackend backend = SimdBackend.Create(config, tensors, new SimdBackendOptions { Threads = threads });
            BackendAdapter prepared = backend.Prepare(adapter);
            using IBackendSequence sequence = backend.CreateSequence(40, prepared);
            prepared.Release();
            float[] logits = new float[40 * config.VocabularySize];
            sequence.Append([.. Enumerable.Range(0, 40).Select(index => index * 7 % 300)], LogitsWanted.All, logits);
            return logits;
        }
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        TransformerConfig config = Shapes.Llama;
        using TensorList tensors = RandomWeights.Of(config);
        using SimdBackend backend = SimdBackend.Create(config, tensors, new SimdBackendOptions { Threads = 1 });
        BackendAdapter prepared = backend.Prepare(RandomAdapters.Lora(config, 1, 2, TensorNames.Query, TensorNames.Up));
        using IBackendSequence sequence = backend.CreateSequence(8, prepared);
        prepared.Release();
        float[] logits = new float[config.VocabularySize];
        int[] id = [3];
        sequence.Append(id, LogitsWanted.Last, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sequence.Append(id, LogitsWanted.Last, logits);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void An_adapter_for_other_weights_of_the_same_shape_is_refused_where_it_says_on_which_it_was_trained()
    {
        TransformerConfig config = Shapes.Llama with { VocabularySize = 200, Width = 32 };
        using TensorList own = RandomWeights.Of(config, 1);
        using TensorList others = RandomWeights.Of(config, 2);
        using SimdBackend backend = SimdBackend.Create(config, own);
        using SimdBackend quantised = SimdBackend.Create(config, own, new SimdBackendOptions { Weights = SimdWeightFormat.Int8 });
        LoraAdapter made = RandomAdapters.Lora(config, 1, 2, TensorNames.Query);
        LoraAdapter mine = new(made.Config, made.Layers) { TrainedOn = NetworkFingerprint.Of(config, own) };
        LoraAdapter theirs = new(made.Config, made.Layers) { TrainedOn = NetworkFingerprint.Of(config, others), BaseModel = "other/model" };
        backend.Prepare(mine).Release();
        quantised.Prepare(mine).Release();
        backend.Prepare(made).Release();
        Assert.That(() => backend.Prepare(theirs), Throws.InstanceOf<CheckpointException>().With.Message.Contains("another network ('other/model')").And.Message.Contains("other numbers"));
    }
}

/// <summary>Bytes as weights keep every promise of a backend; only their logits are coarser.</summary>
[TestFixture]
internal sealed class SimdInt8AdapterTests : AdapterBackendContract
{
    // Adapters of these sizes carry on what the bytes were off by, the more where heads are normed.
    protected override double Tolerance => 0.2;

    protected override ILogitsBackend Create(TransformerConfig config, ITensorSource tensors) =>
        SimdBackend.Create(config, tensors, new SimdBackendOptions { Weights = SimdWeightFormat.Int8 });
}
