using System.Runtime.InteropServices;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Architecture;

/// <summary>Layers that are computed once more in the backward pass give the gradients of layers that are computed once, and keep less.</summary>
public sealed class RecomputationTests
{
    private static readonly TransformerConfig s_config = SmallRun.Config with { Layers = 4 };

    private static IEnumerable<TestCaseData> Networks()
    {
        foreach (TransformerConfig config in (TransformerConfig[])[s_config, Shapes.Gpt with { ContextLength = 16, VocabularySize = 20 }, Shapes.Qwen3 with { ContextLength = 16, VocabularySize = 20 }])
        {
            foreach (double dropout in (double[])[0, .3])
            {
                foreach (Precision precision in Enum.GetValues<Precision>())
                {
                    yield return new TestCaseData(config, dropout, precision) { TestName = $"{{m}}({config.Positions}, {config.Activation}, dropout {dropout}, {precision})" };
                }
            }
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void Loss_and_gradients_are_the_same_bit_for_bit(TransformerConfig config, double dropout, Precision precision)
    {
        using CausalTransformer model = new(config, new TransformerOptions { Seed = 1, Dropout = dropout, Precision = precision });
        (double loss, Dictionary<string, byte[]> once) = Gradients(model, [model]);
        model.CheckpointActivations = true;
        (double again, Dictionary<string, byte[]> twice) = Gradients(model, [model]);
        Assert.That(again, Is.EqualTo(loss));
        Assert.That(once, Has.Count.EqualTo(model.named_parameters().Count()).And.Count.EqualTo(twice.Count));
        Assert.That(once.Where(each => !each.Value.AsSpan().SequenceEqual(twice[each.Key])).Select(each => each.Key), Is.Empty);
    }

    private static IEnumerable<TestCaseData<Func<CausalTransformer, NetworkAdapter>>> Adapters() =>
    [
        new TestCaseData<Func<CausalTransformer, NetworkAdapter>>(model => new LowRankAdaptation(model, new LoraConfig { Rank = 4, Dropout = .2 }, seed: 5)) { TestName = "{m}(LoRA)" },
        new TestCaseData<Func<CausalTransformer, NetworkAdapter>>(model => new PrefixTuning(model, new VirtualTokenOptions { Tokens = 3 })) { TestName = "{m}(prefix)" },
        new TestCaseData<Func<CausalTransformer, NetworkAdapter>>(model => new PromptTuning(model, new VirtualTokenOptions { Tokens = 3 })) { TestName = "{m}(prompt)" },
    ];

    // What goes into the first layer asks for no gradients; its adapter does.
    [TestCaseSource(nameof(Adapters))]
    public void An_adapter_over_a_frozen_network_gets_its_gradients_and_the_network_none(Func<CausalTransformer, NetworkAdapter> create)
    {
        using CausalTransformer model = new(s_config, new TransformerOptions { Seed = 1, Dropout = .1 });
        foreach (Parameter parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        using NetworkAdapter adapter = create(model);
        using (IDisposable noGradient = no_grad())
        {
            // LoRA's B begins as zeros, which would leave A without gradients.
            foreach (Parameter parameter in adapter.parameters())
            {
                parameter.uniform_(-.5, .5);
            }
        }

        model.Adapter = adapter;
        (_, Dictionary<string, byte[]> once) = Gradients(model, [model, adapter]);
        model.CheckpointActivations = true;
        (_, Dictionary<string, byte[]> twice) = Gradients(model, [model, adapter]);
        Assert.That(once, Has.Count.EqualTo(adapter.parameters().Count()).And.Count.EqualTo(twice.Count));
        Assert.That(once.Values.All(gradient => gradient.AsSpan().ContainsAnyExcept((byte)0)), "every part of the adapter learns");
        Assert.That(once.Where(each => !each.Value.AsSpan().SequenceEqual(twice[each.Key])).Select(each => each.Key), Is.Empty);
    }

    [Test]
    public void A_whole_run_is_the_same_bit_for_bit_and_may_change_over_when_it_is_resumed()
    {
        string folder = Directory.CreateTempSubdirectory("autogpt-recomputation-").FullName;
        try
        {
            byte[][] once = Weights(Run(SmallRun.Options, recomputed: false));
            Run(SmallRun.Options with { Iterations = 12, DecayIterations = 24, OutputFolder = folder }, recomputed: false);
            Assert.That(Weights(Run(SmallRun.Options with { OutputFolder = folder, Resume = true }, recomputed: true)), Is.EqualTo(once));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    [Platform("Linux")]
    public void Less_is_kept_for_the_backward_pass_and_nothing_after_it()
    {
        using CausalTransformer model = new(s_config with { Width = 64, HeadSize = 16, FeedForwardWidth = 256, Layers = 6, ContextLength = 128 }, new TransformerOptions { Dropout = .1 });
        using TokenBatchScope batch = new(model, rows: 4, length: 128);
        (long kept, long after) = Memory(model, batch);
        model.CheckpointActivations = true;
        (long keptOfInputs, _) = Memory(model, batch);
        TestContext.Out.WriteLine($"kept for the backward pass: {kept / 1e6:0.0} MB, with recomputation {keptOfInputs / 1e6:0.0} MB");
        Assert.That(keptOfInputs, Is.LessThan(kept / 4));

        // The gradients of the first pass are there afterwards; of eight more none must leave anything. Other threads of the process free and take memory meanwhile: what a pass itself
        // leaves, every one does.
        int tensors = (int)Tensor.TotalCount;
        long[] left = [.. Enumerable.Range(0, 8).Select(_ => Memory(model, batch).After)];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(left.Min(Math.Abs), Is.LessThan(1 << 20), $"bytes left by passes: {string.Join(", ", left)}; by the first {after}");
        Assert.That(Tensor.TotalCount, Is.LessThanOrEqualTo(tensors + 5));
    }

    private static (double Loss, Dictionary<string, byte[]> Gradients) Gradients(CausalTransformer model, nn.Module[] modules)
    {
        manual_seed(7);
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = CausalLoss.Sum(model, Shorter(SmallRun.Text().GetTrainingBatch(0), model.Adapter?.VirtualTokens ?? 0));
        loss.backward();
        Dictionary<string, byte[]> gradients = modules.SelectMany(module => module.named_parameters()).Where(each => each.parameter.grad is not null)
            .ToDictionary(each => each.name, each => each.parameter.grad!.bytes.ToArray());
        foreach (Parameter parameter in modules.SelectMany(module => module.parameters()))
        {
            parameter.grad = null;
        }

        return (loss.item<float>(), gradients);
    }

    // Room for virtual tokens.
    private static TokenBatch Shorter(TokenBatch batch, int by) => new(
        batch.Rows, batch.Length - by, [.. batch.Ids.Chunk(batch.Length).SelectMany(row => row[..^by])], [.. batch.Targets.Chunk(batch.Length).SelectMany(row => row[..^by])]);

    private static CausalTransformer Run(TrainerOptions options, bool recomputed)
    {
        CausalTransformer model = new(SmallRun.Config, new TransformerOptions { Seed = 1, Dropout = .2, CheckpointActivations = recomputed });
        using Trainer trainer = new(model, SmallRun.Text(), options);
        trainer.Train();
        return model;
    }

    private static byte[][] Weights(CausalTransformer model)
    {
        using (model)
        {
            return [.. model.CopyWeights().Select(view => view.Data.ToArray())];
        }
    }

    /// <summary>Bytes that a pass keeps when its backward half begins, and after it.</summary>
    private static (long Kept, long After) Memory(CausalTransformer model, TokenBatchScope batch)
    {
        long before = InUse();
        long kept;
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor loss = batch.Loss();
            kept = InUse() - before;
            loss.backward();
        }

        return (kept, InUse() - before);
    }

    private static long InUse()
    {
        Information memory = GetInformation();
        return (long)(memory.InUse + memory.Mapped);
    }

    [DllImport("libc", EntryPoint = "mallinfo2")]
    private static extern Information GetInformation();

    // malloc.h: all fields are size_t.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Information
    {
        public readonly nuint Arena, FreeChunks, FastChunks, MappedRegions, Mapped, Highest, FastFree, InUse, Free, Trimmable;
    }

    private sealed class TokenBatchScope(CausalTransformer model, int rows, int length) : IDisposable
    {
        private readonly Tensor _ids = randint(20, [rows, length]).DetachFromDisposeScope();

        public Tensor Loss()
        {
            using DisposeScope scope = NewDisposeScope();
            return model.forward(_ids).logsumexp(-1).sum().MoveToOuterDisposeScope();
        }

        public void Dispose() => _ids.Dispose();
    }
}
