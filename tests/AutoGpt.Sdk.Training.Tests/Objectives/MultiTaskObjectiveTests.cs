using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models.Torch;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Objectives;

public sealed class MultiTaskObjectiveTests
{
    // 900 : 100 at temperature 2 is 3 : 1.
    [TestCase(1, .9)]
    [TestCase(2, .75)]
    public void Tasks_are_drawn_by_size_and_temperature(double temperature, double share)
    {
        using Counted large = new(), small = new();
        MultiTaskObjective objective = new([new TrainingTask("large", large, 900), new TrainingTask("small", small, 100)], temperature);
        Assert.That(objective.Shares[0].Value, Is.EqualTo(share).Within(1e-12));
        for (long step = 0; step < 4000; step++)
        {
            objective.GetTrainingStep(step);
        }

        Assert.That(large.Asked.Count / 4000.0, Is.EqualTo(share).Within(5 * Math.Sqrt(share * (1 - share) / 4000)));
        foreach (Counted task in (Counted[])[large, small])
        {
            Assert.That(task.Asked, Is.EqualTo(Enumerable.Range(0, task.Asked.Count).Select(i => (long)i)), "its own batches, one after the other");
        }

        // Out of order, as a resumed run asks.
        MultiTaskObjective again = new([new TrainingTask("large", large, 900), new TrainingTask("small", small, 100)], temperature);
        long[] forward = [.. Enumerable.Range(0, 200).Select(step => (long)objective.GetTrainingStep(step).Tokens)];
        Assert.That(Enumerable.Range(0, 200).Reverse().Select(step => (long)again.GetTrainingStep(step).Tokens).Reverse(), Is.EqualTo(forward));
    }

    [Test]
    public void A_shared_trunk_is_trained_once_and_by_both()
    {
        (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create("tasks");
        using (owner)
        {
            SequenceClassifier judge = ((TextClassifier)owner).Network;
            Assert.That(objective.Network.named_parameters().DistinctBy(each => each.parameter.Handle).Sum(each => each.parameter.numel()), Is.EqualTo(judge.parameters().Sum(each => each.numel())));
            foreach (int step in (int[])[0, 1, 2, 3, 4, 5])
            {
                objective.GetTrainingStep(step).LossSum().backward();
            }

            Assert.That(judge.named_parameters().Where(each => each.parameter.grad is null), Is.Empty);
            MultiTaskObjective tasks = (MultiTaskObjective)objective;
            double before = tasks.Measure()["class"]!.Value;
            using Trainer trainer = new(objective, TaskRuns.Options with { Iterations = 400, EvaluationInterval = 400 });
            trainer.Train();
            Assert.That(tasks.Measure()["text"], Is.LessThan(2.2), "chance is 2.56, and a third of the steps were its own");
            Assert.That(tasks.Measure()["class"], Is.LessThan(before));
        }
    }

    [Test]
    public void Weights_scale_losses_and_not_measurements()
    {
        using Counted task = new();
        MultiTaskObjective objective = new([new TrainingTask("one", task, 1) { Weight = 3 }]);
        Assert.That(objective.GetTrainingStep(0).LossSum().item<float>(), Is.EqualTo(6));
        Assert.That(objective.Measure()["one"], Is.EqualTo(2));
    }

    [Test]
    public void Bad_tasks_are_refused()
    {
        using Counted task = new();
        Assert.That(() => new MultiTaskObjective([]), Throws.ArgumentException.With.Message.Contains("no task"));
        Assert.That(() => new MultiTaskObjective([new TrainingTask("a", task, 1), new TrainingTask("a", task, 1)]), Throws.ArgumentException.With.Message.Contains("'a' is there twice"));
        Assert.That(() => new MultiTaskObjective([new TrainingTask("a/b", task, 1)]), Throws.ArgumentException.With.Message.Contains("cannot name a folder"));
        Assert.That(() => new MultiTaskObjective([new TrainingTask("a", task, 0)]), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Size"));
        Assert.That(() => new MultiTaskObjective([new TrainingTask("a", task, 1)], temperature: .5), Throws.InstanceOf<ArgumentException>().With.Message.Contains("temperature"));
    }

    // Losses of 2 a step; tells which steps it was asked for.
    private sealed class Counted : ITrainingObjective, IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> _network = nn.Linear(1, 1);

        public List<long> Asked { get; } = [];

        public nn.Module Network => _network;

        public string Fingerprint => "counted";

        public JsonNode Settings => new JsonObject();

        public bool IsRandom => false;

        public TrainingStep GetTrainingStep(long index)
        {
            Asked.Add(index);
            return new TrainingStep(1, (int)index, () => tensor(2f));
        }

        public IEnumerable<TrainingStep> GetValidationSteps(int maximum) => [new TrainingStep(1, 1, () => tensor(2f))];

        public void Save(string folder)
        {
        }

        public void Load(string folder)
        {
        }

        public void Dispose() => _network.Dispose();
    }
}
