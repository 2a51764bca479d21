using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Architecture;

public sealed class EncoderDecoderTransformerTests
{
    private static readonly int[] Source = [3, 1, 4, 1, 5];
    private static readonly int[] Target = [9, 2, 6, 5];

    private static IEnumerable<TestCaseData<EncoderDecoderConfig>> Configs() =>
    [
        new TestCaseData<EncoderDecoderConfig>(new EncoderDecoderConfig { Encoder = Shapes.Gpt, Decoder = Shapes.Gpt }) { TestName = "{m}(shared)" },
        new TestCaseData<EncoderDecoderConfig>(new EncoderDecoderConfig { Encoder = Shapes.Llama, Decoder = Shapes.Llama }) { TestName = "{m}(grouped heads)" },
        new TestCaseData<EncoderDecoderConfig>(
            new EncoderDecoderConfig { Encoder = Shapes.Llama with { VocabularySize = 9, Layers = 1 }, Decoder = Shapes.Llama, SharedEmbedding = false }) { TestName = "{m}(two vocabularies)" },
    ];

    [TestCaseSource(nameof(Configs))]
    public void Logits_are_those_of_the_formulas_in_double_precision(EncoderDecoderConfig config)
    {
        using EncoderDecoderTransformer model = new EncoderDecoderTransformer(config).Randomized();
        using Tensor logits = Logits(model);
        double[] expected = [.. Reference(config, model.CopyWeights()).SelectMany(row => row)];
        Assert.That(logits.detach().data<float>().ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(2e-5));
        Assert.That(expected.Max(), Is.GreaterThan(.5), "the logits are too small to say anything");
    }

    [TestCaseSource(nameof(Configs))]
    public void Gradients_are_those_of_finite_differences_in_double_precision(EncoderDecoderConfig config)
    {
        using EncoderDecoderTransformer model = new EncoderDecoderTransformer(config).Randomized();
        using Tensor logits = Logits(model);
        using Tensor loss = nn.functional.cross_entropy(logits.view(Target.Length, -1), tensor(Array.ConvertAll(Target, id => (long)id)));
        loss.backward();
        TensorView[] weights = [.. model.CopyWeights()];
        Assert.That(loss.item<float>(), Is.EqualTo(Loss(config, weights)).Within(1e-5));
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
        {
            float[] gradient = parameter.grad!.data<float>().ToArray();
            int index = Array.IndexOf(gradient, gradient.MaxBy(Math.Abs));
            const float Step = 1e-3f;
            double slope = (Loss(config, Shifted(weights, name, index, Step)) - Loss(config, Shifted(weights, name, index, -Step))) / (2 * Step);
            Assert.That(gradient[index], Is.EqualTo(slope).Within(2e-4 + (2e-3 * Math.Abs(slope))), name);
        }
    }

    [Test]
    public void A_shared_embedding_is_one_parameter()
    {
        EncoderDecoderConfig config = new() { Encoder = Shapes.Gpt, Decoder = Shapes.Gpt };
        using EncoderDecoderTransformer shared = new(config);
        using EncoderDecoderTransformer own = new(config with { SharedEmbedding = false });
        Assert.That(own.parameters().Sum(each => each.numel()) - shared.parameters().Sum(each => each.numel()), Is.EqualTo(Shapes.Gpt.VocabularySize * Shapes.Gpt.Width));
        Assert.That(shared.named_parameters().Select(each => each.name).Where(name => name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)), Is.EqualTo(new[] { "encoder.embed_tokens.weight" }));
    }

    [Test]
    public void A_cache_and_padded_sources_change_nothing()
    {
        using IDisposable inference = inference_mode(true);
        EncoderDecoderConfig config = new() { Encoder = Shapes.Llama, Decoder = Shapes.Llama };
        using EncoderDecoderTransformer model = new EncoderDecoderTransformer(config).Randomized();
        using Tensor whole = Logits(model);
        using EncodedSource source = model.Encode(tensor((long[])[3, 1, 4, 1, 5, 8, 8, 2, 7, 1, 8, 2, 8, 1], [2, 7]), tensor(new long[] { 5, 7 }));
        using KeyValueCache cache = model.CreateCache(Target.Length, batch: 2);
        List<Tensor> parts = [];
        foreach (int id in Target)
        {
            using Tensor hidden = model.Hidden(tensor(new long[] { id, 3 }, [2, 1]), source, cache);
            parts.Add(model.Logits(hidden)[0]);
        }

        using Tensor joined = cat(parts, 0);
        Assert.That(joined.sub(whole[0]).abs().max().item<float>(), Is.LessThan(1e-5f));
    }

    [Test]
    public void Impossible_shapes_are_refused()
    {
        Assert.That(() => new EncoderDecoderTransformer(new EncoderDecoderConfig { Encoder = Shapes.Gpt, Decoder = Shapes.Gpt with { Width = 16 } }), Throws.ArgumentException.With.Message.Contains("Width"));
        Assert.That(
            () => new EncoderDecoderTransformer(new EncoderDecoderConfig { Encoder = Shapes.Gpt, Decoder = Shapes.Gpt with { VocabularySize = 99 } }), Throws.ArgumentException.With.Message.Contains("SharedEmbedding"));
        using EncoderDecoderTransformer model = new(new EncoderDecoderConfig { Encoder = Shapes.Gpt, Decoder = Shapes.Gpt });
        Assert.That(() => model.Encode(zeros(1, 9, dtype: ScalarType.Int64)), Throws.ArgumentException.With.Message.Contains("context of 8"));
    }

    private static Tensor Logits(EncoderDecoderTransformer model)
    {
        using EncodedSource source = model.Encode(tensor(Array.ConvertAll(Source, id => (long)id), [1, Source.Length]));
        using Tensor hidden = model.Hidden(tensor(Array.ConvertAll(Target, id => (long)id), [1, Target.Length]), source);
        return model.Logits(hidden);
    }

    private static double[][] Reference(EncoderDecoderConfig config, IReadOnlyList<TensorView> weights)
    {
        TensorView[] encoder = [.. Renamed(weights, "encoder.")];
        TensorView[] decoder = [.. Renamed(weights, "decoder."), .. weights.Where(view => view.Name == TensorNames.Head)];
        if (config.SharedEmbedding)
        {
            decoder = [.. decoder, encoder.Single(view => view.Name == TensorNames.Embedding)];
        }

        return new ReferenceTransformer(config.Decoder, decoder) { Memory = new ReferenceTransformer(config.Encoder, encoder) { BothWays = true }.Hidden(Source) }.Logits(Target);
    }

    private static IEnumerable<TensorView> Renamed(IEnumerable<TensorView> weights, string prefix) =>
        weights.Where(view => view.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(view => view with { Name = "model." + view.Name[prefix.Length..] });

    private static double Loss(EncoderDecoderConfig config, IReadOnlyList<TensorView> weights) =>
        Reference(config, weights).Select((row, i) => Math.Log(row.Sum(Math.Exp)) - row[Target[i]]).Average();

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
}
