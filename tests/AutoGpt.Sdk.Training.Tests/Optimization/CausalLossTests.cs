using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class CausalLossTests
{
    private const int Ignored = TokenBatch.Ignored;

    [TestCaseSource(typeof(Shapes), nameof(Shapes.All))]
    public void It_is_the_cross_entropy_of_the_formulas_in_double_precision(TransformerConfig config)
    {
        using CausalTransformer model = new(config, new TransformerOptions { Seed = 4 });
        model.LoadWeights(RandomWeights.Of(config, 4));
        TokenBatch batch = new(2, 4, [3, 1, 4, 1, 5, 9, 2, 6], [1, Ignored, 1, 5, Ignored, Ignored, 6, 0]);
        ReferenceTransformer reference = new(config, model.CopyWeights());
        double expected = 0;
        for (int row = 0; row < 2; row++)
        {
            double[][] logits = reference.Logits([.. batch.Ids.Skip(row * 4).Take(4)]);
            for (int i = 0; i < 4; i++)
            {
                int target = batch.Targets[(row * 4) + i];
                expected += target == Ignored ? 0 : Math.Log(logits[i].Sum(Math.Exp)) - logits[i][target];
            }
        }

        using Tensor sum = CausalLoss.Sum(model, batch);
        Assert.That(sum.item<float>(), Is.EqualTo(expected).Within(1e-4));
        Assert.That(CausalLoss.Mean(model, [batch, batch]), Is.EqualTo(expected / 5).Within(1e-4));
        Assert.That(CausalLoss.Mean(model, []), Is.Null);
    }

    [Test]
    public void Measuring_leaves_the_mode_as_it_was_and_drops_nothing()
    {
        using CausalTransformer model = new(Shapes.Llama, new TransformerOptions { Dropout = .5 });
        model.train();
        TokenBatch batch = new(1, 3, [1, 2, 3], [2, 3, 4]);
        double? first = CausalLoss.Mean(model, [batch]), again = CausalLoss.Mean(model, [batch]);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(model.training);
    }

    [TestCase(11, 0)]
    [TestCase(0, 11)]
    [TestCase(-1, 0)]
    public void Tokens_outside_the_vocabulary_are_named(int id, int target)
    {
        using CausalTransformer model = new(Shapes.Llama);
        Assert.That(() => CausalLoss.Sum(model, new TokenBatch(1, 2, [0, id], [0, target])), Throws.ArgumentException.With.Message.Contains("vocabulary has 11"));
    }
}
