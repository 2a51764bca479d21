using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models.Tests.Backends;

[TestFixture]
internal sealed class SimdBackendTests : LogitsBackendContract
{
    protected override ILogitsBackend Create(TransformerConfig config, ITensorSource tensors) =>
        SimdBackend.Create(config, tensors, new SimdBackendOptions { KeyValues = KeyValueFormat.F32 });

    [Test]
    public void Threads_change_nothing()
    {
        TransformerConfig config = new() { VocabularySize = 600, ContextLength = 64, Width = 256, Layers = 2, Heads = 4, KeyValueHeads = 2, FeedForwardWidth = 700 };
        using TensorList tensors = RandomWeights.Of(config);
        int[] ids = [.. Enumerable.Range(0, 40).Select(index => index * 7 % 600)];
        Assert.That(Logits(config, tensors, ids, new SimdBackendOptions { Threads = 3 }), Is.EqualTo(Logits(config, tensors, ids, new SimdBackendOptions { Threads = 1 })), "bit for bit");
    }

    [Test]
    public void Bytes_as_weights_stay_near()
    {
        TransformerConfig config = new() { VocabularySize = 100, ContextLength = 16, Width = 64, Layers = 2, Heads = 4 };
        using TensorList tensors = RandomWeights.Of(config);
        int[] ids = [5, 50, 95];
        float[] exact = Logits(config, tensors, ids, new SimdBackendOptions());
        float[] near = Logits(config, tensors, ids, new SimdBackendOptions { Weights = SimdWeightFormat.Int8 });
        double error = exact.Zip(near, (x, y) => Math.Abs(x - y)).Average() / exact.Average(Math.Abs);
        Assert.That(error, Is.GreaterThan(0).And.LessThan(0.05), "a byte per weight is good for about two digits");
    }

    [Test]
    public void A_step_allocates_nothing()
    {
        TransformerConfig config = Shapes.Llama;
        using TensorList tensors = RandomWeights.Of(config);
        using SimdBackend backend = SimdBackend.Create(config, tensors, new SimdBackendOptions { Threads = 1 });
        using IBackendSequence sequence = backend.CreateSequence(8);
        float[] logits = new float[config.VocabularySize];
        int[] id = [3];
        sequence.Append(id, LogitsWanted.Last, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sequence.Append(id, LogitsWanted.Last, logits);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Options_out_of_their_range_are_named()
    {
        using TensorList tensors = RandomWeights.Of(Shapes.Llama);
        Assert.That(
            () => SimdBackend.Create(Shapes.Llama, tensors, new SimdBackendOptions { Threads = 0 }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Threads is 0; it must be at least 1."));
        Assert.That(
            () => SimdBackend.Create(Shapes.Llama, tensors, new SimdBackendOptions { Weights = (SimdWeightFormat)3 }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Weights is 3; it must be AsStored, F32 or Int8."));
    }

    [Test]
    public void Weights_that_are_no_numbers_are_refused()
    {
        using TensorList good = RandomWeights.Of(Shapes.Llama);
        TensorList bad = new(good.Views().Select(view => view.Name == TensorNames.FinalNorm ? view with { Data = Enumerable.Repeat((byte)0xff, view.Data.Length).ToArray() } : view));
        Assert.That(() => SimdBackend.Create(Shapes.Llama, bad), Throws.InstanceOf<CheckpointException>().With.Message.Contains(TensorNames.FinalNorm));
    }

    private static float[] Logits(TransformerConfig config, ITensorSource tensors, int[] ids, SimdBackendOptions options)
    {
        using SimdBackend backend = SimdBackend.Create(config, tensors, options);
        using IBackendSequence sequence = backend.CreateSequence(ids.Length);
        float[] logits = new float[ids.Length * config.VocabularySize];
        sequence.Append(ids, LogitsWanted.All, logits);
        return logits;
    }
}
