using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Architecture;

public sealed class EncoderTransformerTests
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2];

    private static IEnumerable<TestCaseData<TransformerConfig>> Configs() => Shapes.All.Where(data => ((TransformerConfig)data.Arguments[0]!).SlidingWindow is null);

    [TestCaseSource(nameof(Configs))]
    public void Logits_are_those_of_the_formulas_in_double_precision(TransformerConfig config)
    {
        using EncoderTransformer model = new EncoderTransformer(config).Randomized();
        using Tensor logits = model.forward(tensor(Ids, [1, Ids.Length]));
        double[] expected = [.. new ReferenceTransformer(config, model.CopyWeights()) { BothWays = true }.Logits([.. Ids.Select(id => (int)id)]).SelectMany(row => row)];
        float[] actual = logits.detach().data<float>().ToArray();
        Assert.That(actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(2e-5));
        Assert.That(expected.Max(), Is.GreaterThan(.5), "the logits are too small to say anything");
    }

    [Test]
    public void Padding_is_seen_by_nobody()
    {
        using EncoderTransformer model = new EncoderTransformer(Shapes.Llama).Randomized();
        using Tensor whole = model.Hidden(tensor(Ids[..4], [1, 4]));
        foreach (long padding in (long[])[0, 7])
        {
            using Tensor rows = tensor((long[])[.. Ids[..4], padding, padding, .. Ids[..6]], [2, 6]);
            using Tensor hidden = model.Hidden(rows, tensor(new long[] { 4, 6 }));
            Assert.That(hidden[0].narrow(0, 0, 4).sub(whole[0]).abs().max().item<float>(), Is.LessThan(1e-5f));
        }
    }

    [Test]
    public void Every_token_sees_those_after_it()
    {
        using EncoderTransformer model = new EncoderTransformer(Shapes.Gpt).Randomized();
        using Tensor one = model.Hidden(tensor(new long[] { 1, 2, 3 }, [1, 3]));
        using Tensor other = model.Hidden(tensor(new long[] { 1, 2, 9 }, [1, 3]));
        Assert.That(one.sub(other).abs().amax(2).data<float>().ToArray(), Has.All.GreaterThan(1e-3f));
    }

    [Test]
    public void The_pooled_vector_is_the_mean_of_the_tokens_that_are_there()
    {
        using EncoderTransformer model = new EncoderTransformer(Shapes.Llama).Randomized();
        using Tensor rows = tensor((long[])[.. Ids[..2], 0, 0, .. Ids[2..6]], [2, 4]);
        using Tensor pooled = model.Pool(rows, tensor(new long[] { 2, 4 }));
        foreach ((long[] ids, int row) in new[] { (Ids[..2], 0), (Ids[2..6], 1) })
        {
            double[][] hidden = new ReferenceTransformer(Shapes.Llama, model.CopyWeights()) { BothWays = true }.Hidden([.. ids.Select(id => (int)id)]);
            double[] mean = [.. Enumerable.Range(0, Shapes.Llama.Width).Select(i => hidden.Average(token => token[i]))];
            Assert.That(pooled[row].detach().data<float>().ToArray().Zip(mean, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void A_causal_network_pools_the_last_token_that_is_there()
    {
        using CausalTransformer model = new CausalTransformer(Shapes.Llama).Randomized();
        using Tensor rows = tensor((long[])[.. Ids[..2], 0, 0, .. Ids[2..6]], [2, 4]);
        using Tensor pooled = model.Pool(rows, tensor(new long[] { 2, 4 }));
        foreach ((long[] ids, int row) in new[] { (Ids[..2], 0), (Ids[2..6], 1) })
        {
            double[] last = new ReferenceTransformer(Shapes.Llama, model.CopyWeights()).Hidden([.. ids.Select(id => (int)id)])[^1];
            Assert.That(pooled[row].detach().data<float>().ToArray().Zip(last, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void It_takes_the_weights_of_a_causal_network()
    {
        using CausalTransformer causal = new CausalTransformer(Shapes.Qwen3).Randomized();
        using EncoderTransformer model = new(Shapes.Qwen3);
        model.LoadWeights(new TensorList(causal.CopyWeights()));
        Assert.That(model.CopyWeights().Select(view => view.Data.ToArray()), Is.EqualTo(causal.CopyWeights().Select(view => view.Data.ToArray())));
    }

    [Test]
    public void A_window_and_rows_that_are_too_long_are_refused()
    {
        Assert.That(() => new EncoderTransformer(Shapes.Mistral), Throws.ArgumentException.With.Message.Contains("SlidingWindow"));
        using EncoderTransformer model = new(Shapes.Gpt);
        Assert.That(() => model.Hidden(zeros(1, 9, dtype: ScalarType.Int64)), Throws.ArgumentException.With.Message.Contains("context of 8"));
    }
}
