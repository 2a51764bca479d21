using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests.Objectives;

public sealed class MaskedObjectiveTests
{
    private static readonly ITokenizer s_tokenizer = CharacterTokenizer.FromText(new string([.. Enumerable.Range(0, 50).Select(i => (char)('A' + i))]));

    [Test]
    public void Tokens_are_hidden_in_the_shares_that_were_asked_for()
    {
        using MaskedLanguageModel model = Model();
        (int chosen, int masked, int replaced, int kept, int all) = (0, 0, 0, 0, 0);
        MaskedObjective objective = new(model, Source());
        for (long step = 0; step < 400; step++)
        {
            TokenBatch batch = Source().GetTrainingBatch(step);
            (long[] ids, long[] places, long[] targets) = objective.Mask(batch, step);
            all += batch.Lengths.Sum();
            chosen += places.Length;
            Assert.That(places, Is.Unique.And.All.Matches<long>(place => place % batch.Length < batch.Lengths[(int)place / batch.Length]), "padding is nothing to foresee");
            Assert.That(targets, Is.EqualTo(places.Select(place => (long)batch.Ids[(int)place])));
            foreach (long place in places)
            {
                masked += ids[place] == model.MaskId ? 1 : 0;
                kept += ids[place] == batch.Ids[(int)place] ? 1 : 0;
                replaced += ids[place] != model.MaskId && ids[place] != batch.Ids[(int)place] ? 1 : 0;
            }

            Assert.That(Enumerable.Range(0, ids.Length).Where(place => !places.Contains(place)).All(place => ids[place] == batch.Ids[place]), "the others stay");
            Assert.That(objective.Mask(batch, step).Places, Is.EqualTo(places), "a function of its number");
        }

        // Five standard deviations of the binomial; a token drawn at random is the same one time in fifty.
        Assert.That(chosen / (double)all, Is.EqualTo(.15).Within(5 * Math.Sqrt(.15 * .85 / all)));
        Assert.That(masked / (double)chosen, Is.EqualTo(.8).Within(5 * Math.Sqrt(.8 * .2 / chosen)));
        Assert.That(replaced / (double)chosen, Is.EqualTo(.1 * 49 / 50).Within(5 * Math.Sqrt(.1 * .9 / chosen)));
        Assert.That(kept / (double)chosen, Is.EqualTo(.1 + (.1 / 50)).Within(5 * Math.Sqrt(.1 * .9 / chosen)));
    }

    [Test]
    public void The_loss_is_that_of_the_formulas()
    {
        using MaskedLanguageModel model = Model();
        MaskedObjective objective = new(model, Source());
        TokenBatch batch = Source().GetTrainingBatch(0);
        (long[] ids, long[] places, long[] targets) = objective.Mask(batch, 0);
        double expected = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int[] read = [.. ids.Skip(row * batch.Length).Take(batch.Lengths[row]).Select(id => (int)id)];
            double[][] logits = new ReferenceTransformer(model.Network.Config, model.Network.CopyWeights()) { BothWays = true }.Logits(read);
            foreach ((long place, long target) in places.Zip(targets).Where(pair => pair.First / batch.Length == row))
            {
                double[] at = logits[place % batch.Length];
                expected += Math.Log(at.Sum(Math.Exp)) - at[target];
            }
        }

        TrainingStep step = objective.GetTrainingStep(0);
        Assert.That(step.Targets, Is.EqualTo(targets.Length));
        Assert.That(step.LossSum().item<float>(), Is.EqualTo(expected).Within(1e-3));
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        using MaskedLanguageModel model = Model();
        Assert.That(() => new MaskedObjective(model, Source(), new MaskingOptions { Share = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Share"));
        Assert.That(() => new MaskedObjective(model, Source(), new MaskingOptions { Masked = .9, Replaced = .2 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Replaced"));
    }

    private static MaskedLanguageModel Model() => new(new EncoderTransformer(Shapes.Llama with { ContextLength = 24, VocabularySize = 51 }), s_tokenizer);

    private static ExampleDataset Source() => new(
        Enumerable.Range(0, 60).Select(i => new TrainingExample(Enumerable.Range(0, 5 + (i % 18)).Select(j => (i + (3 * j)) % 50).ToArray(), 0)), [], new ExampleDatasetOptions { TokensPerBatch = 200 });
}
