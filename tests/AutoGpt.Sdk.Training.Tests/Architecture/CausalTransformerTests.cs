using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Architecture;

public sealed class CausalTransformerTests
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6];

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void Parameters_are_those_of_the_checkpoint_format(TransformerConfig config)
    {
        using var model = new CausalTransformer(config);
        Assert.That(
            model.named_parameters().ToDictionary(pair => pair.name, pair => string.Join(',', pair.parameter.shape)),
            Is.EquivalentTo(TensorNames.Of(config).ToDictionary(pair => pair.Key, pair => string.Join(',', pair.Value))));
        Assert.That(model.parameters().Sum(parameter => parameter.numel()), Is.EqualTo(config.ParameterCount()));
    }

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void Logits_are_those_of_the_formulas_in_double_precision(TransformerConfig config)
    {
        using var model = Randomized(config);
        using Tensor logits = model.forward(tensor(Ids, [1, Ids.Length]));
        double[][] expected = new ReferenceTransformer(config, model.CopyWeights()).Logits([.. Ids.Select(id => (int)id)]);
        AssertClose(logits, expected, 2e-5);
    }

    // What the comparisons above are worth: an option that is passed over shows.
    [Test]
    public void Windows_stretched_frequencies_and_normed_heads_change_the_logits()
    {
        foreach ((TransformerConfig with, TransformerConfig without) in new[]
        {
            (Shapes.Mistral, Shapes.Mistral with { SlidingWindow = null }),
            (Shapes.Mistral, Shapes.Mistral with { SlidingWindow = 4 }),
            (Shapes.Llama3, Shapes.Llama3 with { RotaryScaling = null }),
            (Shapes.Llama3, Shapes.Llama3 with { RotaryScaling = Shapes.Stretched.RotaryScaling }),
            (Shapes.Stretched, Shapes.Stretched with { RotaryScaling = null }),
            (Shapes.Qwen3, Shapes.Qwen3 with { QueryKeyNorm = false }),
            (Shapes.Qwen2, Shapes.Qwen2 with { QueryKeyValueBias = false }),
        })
        {
            using var model = Randomized(with);
            IReadOnlyList<TensorView> weights = model.CopyWeights();
            using var other = new CausalTransformer(without);
            other.LoadWeights(new TensorList(weights));
            using Tensor ids = tensor(Ids, [1, Ids.Length]);
            Assert.That(model.forward(ids).sub(other.forward(ids)).abs().max().item<float>(), Is.GreaterThan(1e-2f), with.ToString());
        }
    }

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void All_of_a_network_moves_to_another_device(TransformerConfig config)
    {
        using var model = new CausalTransformer(config, new TransformerOptions { Device = "meta" });
        Assert.That(model.named_parameters().Select(pair => pair.parameter.device_type), Has.All.EqualTo(DeviceType.META));
        Assert.That(model.buffers().Select(buffer => buffer.device_type), Has.All.EqualTo(DeviceType.META));
        Assert.That(model.buffers().Count(), Is.EqualTo(config.Positions switch { PositionEncoding.Rotary => 2, PositionEncoding.Sinusoidal => 1, _ => 0 }));
        Assert.That(model.modules().OfType<Normalizer>().SelectMany(norm => norm.Held).Select(parameter => parameter.device_type), Has.All.EqualTo(DeviceType.META));
    }

    // On a device without memory operations fail as they do on a GPU where one of their tensors lies elsewhere. It knows no look-up of tokens, layer_norm or rotation.
    [Test]
    public void Blocks_work_on_another_device()
    {
        using DisposeScope scope = NewDisposeScope();
        TransformerConfig config = Shapes.Llama with { Positions = PositionEncoding.Learned };
        using var model = new CausalTransformer(config, new TransformerOptions { Dropout = .1, Device = "meta", Precision = Precision.BFloat16 });
        int length = Ids.Length;
        var context = new AttentionContext(0, length, ScalarType.BFloat16, null, null, CausalMask.Create(config, 0, length, ScalarType.BFloat16, META));
        Tensor x = zeros(2, length, config.Width, device: META);
        TransformerBlock[] blocks = [.. model.modules().OfType<TransformerBlock>().Distinct()];
        foreach (TransformerBlock block in blocks)
        {
            x = block.Forward(x, context);
        }

        Tensor logits = model.Logits(x);
        logits.sum().backward();
        Assert.That(logits.shape, Is.EqualTo(new long[] { 2, length, config.VocabularySize }));
        Assert.That(blocks.SelectMany(block => block.parameters()).Select(parameter => parameter.grad?.device_type), Has.All.EqualTo(DeviceType.META));
    }

    [Test]
    public void A_dispose_scope_around_the_constructor_takes_nothing()
    {
        using DisposeScope outer = NewDisposeScope();
        CausalTransformer model;
        using (NewDisposeScope())
        {
            model = new CausalTransformer(Shapes.Llama);
        }

        using (model)
        {
            Assert.That(model.forward(tensor(Ids, [1, Ids.Length])).sum().item<float>(), Is.Not.NaN);
        }
    }

    [Test]
    public void A_device_that_is_not_there_is_named()
    {
        Assert.That(() => new CausalTransformer(Shapes.Llama, new TransformerOptions { Device = "cuda:99" }), Throws.TypeOf<NotSupportedException>().With.Message.Contains("AUTOGPT_LIBTORCH"));
        Assert.That(() => new CausalTransformer(Shapes.Llama, new TransformerOptions { Device = "abacus" }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("abacus"));
    }

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void Reduced_precision_stays_near(TransformerConfig config)
    {
        using var model = Randomized(config);
        model.Precision = Precision.BFloat16;
        using Tensor logits = model.forward(tensor(Ids, [1, Ids.Length]));
        Assert.That(logits.dtype, Is.EqualTo(ScalarType.Float32));
        double[][] expected = new ReferenceTransformer(config, model.CopyWeights()).Logits([.. Ids.Select(id => (int)id)]);
        AssertClose(logits, expected, .1);
    }

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void A_cache_changes_nothing_however_the_text_is_cut(TransformerConfig config)
    {
        using IDisposable inference = inference_mode(true);
        using var model = Randomized(config);
        using Tensor whole = model.forward(tensor(Ids, [1, Ids.Length]));
        foreach (int[] cuts in (int[][])[[8], [1, 1, 1, 1, 1, 1, 1, 1], [3, 1, 4], [1, 7], [7, 1]])
        {
            using KeyValueCache cache = model.CreateCache(8);
            var parts = new List<Tensor>();
            foreach (int cut in cuts)
            {
                parts.Add(model.Decode(tensor(Ids[cache.Length..(cache.Length + cut)], [1, cut]), cache));
            }

            using Tensor joined = cat(parts, 1);
            Assert.That(joined.sub(whole).abs().max().item<float>(), Is.LessThan(1e-5f), string.Join(' ', cuts));
        }
    }

    [Test]
    public void A_fork_and_a_rewind_go_their_own_ways()
    {
        using IDisposable inference = inference_mode(true);
        using var model = Randomized(Shapes.Llama);
        using KeyValueCache cache = model.CreateCache(8);
        model.Decode(tensor(Ids[..4], [1, 4]), cache).Dispose();
        using KeyValueCache fork = cache.Fork();
        model.Decode(tensor(new long[] { 7, 7 }, [1, 2]), cache).Dispose();
        cache.Rewind(4);
        using Tensor rewound = model.Decode(tensor(Ids[4..], [1, 4]), cache);
        using Tensor forked = model.Decode(tensor(Ids[4..], [1, 4]), fork);
        Assert.That(rewound.equal(forked).all().item<bool>());
    }

    [Test]
    public void Rows_of_a_batch_do_not_see_each_other_and_no_token_sees_a_later_one()
    {
        using var model = Randomized(Shapes.Llama);
        using Tensor one = model.forward(tensor(new long[] { 1, 2, 3, 4, 5, 6 }, [2, 3]));
        using Tensor other = model.forward(tensor(new long[] { 1, 2, 9, 4, 5, 6 }, [2, 3]));
        using Tensor difference = one.sub(other).abs().amax(2);
        Assert.That(difference.data<float>().ToArray(), Is.EqualTo(new[] { 0, 0, difference[0, 2].item<float>(), 0, 0, 0 }));
        Assert.That(difference[0, 2].item<float>(), Is.GreaterThan(1e-3f));
    }

    [Test]
    public void Initial_weights_are_those_of_nanoGPT()
    {
        TransformerConfig config = Shapes.Gpt with { VocabularySize = 500, Width = 128, Layers = 4, ContextLength = 64 };
        using var model = new CausalTransformer(config, new TransformerOptions { Seed = 5 });
        Dictionary<string, double> deviations = model.named_parameters().Where(pair => pair.parameter.dim() == 2)
            .ToDictionary(pair => pair.name, pair => (double)pair.parameter.std().item<float>());
        Assert.That(deviations[TensorNames.Embedding], Is.EqualTo(.02).Within(.0005));
        Assert.That(deviations[TensorNames.Weight(1, TensorNames.Query)], Is.EqualTo(.02).Within(.0005));
        Assert.That(deviations[TensorNames.Weight(2, TensorNames.Output)], Is.EqualTo(.02 / Math.Sqrt(8)).Within(.0003));
        Assert.That(deviations[TensorNames.Weight(3, TensorNames.Down)], Is.EqualTo(.02 / Math.Sqrt(8)).Within(.0003));
        Assert.That(model.named_parameters().Where(pair => pair.name.EndsWith(".bias", StringComparison.Ordinal)).All(pair => pair.parameter.abs().max().item<float>() == 0));
        using var same = new CausalTransformer(config, new TransformerOptions { Seed = 5 });
        Assert.That(same.CopyWeights()[0].Data.Span.SequenceEqual(model.CopyWeights()[0].Data.Span));
        using var another = new CausalTransformer(config, new TransformerOptions { Seed = 6 });
        Assert.That(another.CopyWeights()[0].Data.Span.SequenceEqual(model.CopyWeights()[0].Data.Span), Is.False);
    }

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void Gradients_are_those_of_finite_differences_in_double_precision(TransformerConfig config)
    {
        using var model = Randomized(config);
        using Tensor logits = model.forward(tensor(Ids[..^1], [1, Ids.Length - 1]));
        using Tensor loss = nn.functional.cross_entropy(logits.view(-1, config.VocabularySize), tensor(Ids[1..]));
        loss.backward();
        TensorView[] weights = [.. model.CopyWeights()];
        Assert.That(loss.item<float>(), Is.EqualTo(Loss(config, weights)).Within(1e-5));
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
        {
            // The element with the largest gradient: one that is not there by accident.
            float[] gradient = parameter.grad!.data<float>().ToArray();
            int index = Array.IndexOf(gradient, gradient.MaxBy(Math.Abs));
            const float Step = 1e-3f;
            double slope = (Loss(config, Shifted(weights, name, index, Step)) - Loss(config, Shifted(weights, name, index, -Step))) / (2 * Step);
            Assert.That(gradient[index], Is.EqualTo(slope).Within(2e-4 + (2e-3 * Math.Abs(slope))), name);
        }
    }

    [Test]
    public void Weights_survive_a_round_trip_and_a_model_made_inside_a_scope_outlives_it()
    {
        CausalTransformer model;
        using (NewDisposeScope())
        {
            model = Randomized(Shapes.Gpt);
        }

        using (model)
        {
            using var copy = new CausalTransformer(Shapes.Gpt);
            copy.LoadWeights(new TensorList(model.CopyWeights()));
            using Tensor ids = tensor(Ids, [1, Ids.Length]);
            Assert.That(copy.forward(ids).equal(model.forward(ids)).all().item<bool>());
        }
    }

    [Test]
    public void A_checkpoint_of_another_network_is_refused()
    {
        using var small = new CausalTransformer(Shapes.Gpt);
        using var large = new CausalTransformer(Shapes.Gpt with { Width = 16 });
        Assert.That(() => large.LoadWeights(new TensorList(small.CopyWeights())), Throws.TypeOf<CheckpointException>().With.Message.Contains("[11, 8] instead of [11, 16]"));
        Assert.That(() => small.LoadWeights(new TensorList([])), Throws.TypeOf<CheckpointException>().With.Message.Contains("missing"));
    }

    [Test]
    public void Bad_shapes_and_options_are_refused()
    {
        Assert.That(() => new CausalTransformer(Shapes.Gpt with { Heads = 3, KeyValueHeads = 2 }), Throws.ArgumentException);
        Assert.That(() => new CausalTransformer(Shapes.Gpt, new TransformerOptions { Dropout = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using var model = new CausalTransformer(Shapes.Gpt);
        Assert.That(() => model.forward(zeros(1, 9, dtype: ScalarType.Int64)), Throws.ArgumentException.With.Message.Contains("context of 8"));
    }

    // Initial weights are too small for their effects to show.
    private static CausalTransformer Randomized(TransformerConfig config)
    {
        var model = new CausalTransformer(config);
        using IDisposable noGradient = no_grad();
        using var generator = new Generator(42);
        foreach (TorchSharp.Modules.Parameter parameter in model.parameters())
        {
            using Tensor noise = randn_like(parameter).normal_(0, .4, generator);
            parameter.add_(noise);
        }

        return model;
    }

    private static double Loss(TransformerConfig config, TensorView[] weights) =>
        new ReferenceTransformer(config, weights).Logits([.. Ids[..^1].Select(id => (int)id)])
            .Select((row, i) => Math.Log(row.Sum(Math.Exp)) - row[Ids[i + 1]]).Average();

    private static TensorView[] Shifted(TensorView[] weights, string name, int index, float step) => [.. weights.Select(view =>
    {
        if (view.Name != name)
        {
            return view;
        }

        byte[] data = view.Data.ToArray();
        BitConverter.TryWriteBytes(data.AsSpan(index * 4), BitConverter.ToSingle(data, index * 4) + step);
        return view with { Data = data };
    })];

    private static void AssertClose(Tensor logits, double[][] expected, double tolerance)
    {
        float[] actual = logits.detach().data<float>().ToArray();
        double worst = actual.Zip(expected.SelectMany(row => row), (a, b) => Math.Abs(a - b)).Max();
        Assert.That(worst, Is.LessThan(tolerance));
        Assert.That(expected.SelectMany(row => row).Max(), Is.GreaterThan(.5), "the logits are too small to say anything");
    }
}
