using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Objectives;

namespace AutoGpt.Sdk.Training.Tests.Continual;

public sealed class ContinualTrainingTests
{
    [Test]
    public void Without_replay_the_first_task_is_forgotten_and_with_it_hardly()
    {
        TransferMatrix without = Run(0);
        TransferMatrix with = Run(.3);
        Assert.That(without[0, 0], Is.EqualTo(Math.Log(12)).Within(.1), "before anything was learned");
        Assert.That(without[1, 0], Is.LessThan(.8), "it was learned");
        Assert.That(without[1, 0], Is.EqualTo(with[1, 0]), "the first task knows of no replay");
        Assert.That(without.Forgetting(0), Is.GreaterThan(1), without.ToString());
        Assert.That(with.Forgetting(0), Is.LessThan(without.Forgetting(0) / 4), with.ToString());
        Assert.That(with.MeanForgetting, Is.EqualTo(with.Forgetting(0)));
        Assert.That(with[2, 1], Is.LessThan(.8), "the second is learned all the same");
    }

    [Test]
    public void What_is_asked_of_the_matrix_is_what_the_definitions_say()
    {
        TransferMatrix matrix = new(["a", "b", "c"], [[3, 3, 3], [1, 2.5, 3.5], [2, .5, 3], [1.5, .75, .25]]);
        Assert.That(matrix.Forgetting(0), Is.EqualTo(.5));
        Assert.That(matrix.Forgetting(1), Is.EqualTo(.25));
        Assert.That(matrix.MeanForgetting, Is.EqualTo(.375));
        Assert.That(matrix.ForwardTransfer(1), Is.EqualTo(.5));
        Assert.That(matrix.ForwardTransfer(2), Is.EqualTo(0));
        Assert.That(matrix.ToString(), Does.Contain("after b  a 2.0000  b 0.5000  c 3.0000"));
    }

    [Test]
    public void A_task_that_cannot_be_measured_is_refused()
    {
        using CausalTransformer model = Model();
        CausalObjective nothing = new(model, new TokenDataset(Letters(1), new TokenDatasetOptions { BlockLength = 12, ValidationShare = 0 }));
        Assert.That(() => ContinualTraining.Run([new TrainingTask("a", nothing, 1)], TaskRuns.Options), Throws.ArgumentException.With.Message.Contains("'a' holds nothing out"));
    }

    // Letters that go up by one, then letters that go up by five, after a marker each: both can be known at once.
    private static TransferMatrix Run(double replay)
    {
        using CausalTransformer model = Model();
        TrainingTask[] tasks = [.. new[] { 1, 5 }.Select(step => new TrainingTask(
            $"by {step}", new CausalObjective(model, new TokenDataset(Letters(step), new TokenDatasetOptions { BlockLength = 12, BatchSize = 16 })), 1))];
        return ContinualTraining.Run(tasks, TaskRuns.Options with { Iterations = 120, EvaluationInterval = 120 }, new ContinualOptions { ReplayShare = replay });
    }

    private static CausalTransformer Model() => new(new TransformerConfig { VocabularySize = 12, ContextLength = 16, Width = 32, Layers = 2, Heads = 4, TiedHead = true });

    // A run of a dozen letters and then a new beginning: what comes next depends on the step, which two letters show.
    private static int[] Letters(int step) => [.. Enumerable.Range(0, 4000).Select(i => (new Random(i / 12).Next(12) + (i * step)) % 12)];
}
