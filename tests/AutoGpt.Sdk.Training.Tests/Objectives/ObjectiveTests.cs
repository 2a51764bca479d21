using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests.Objectives;

/// <summary>What all objectives have in common under the trainer.</summary>
public sealed class ObjectiveTests
{
    private static readonly string[] s_kinds = ["masked", "encoder", "causal", "pairs", "tasks"];
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-objective-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(s_kinds))]
    public void A_run_that_was_cut_off_goes_on_bit_for_bit(string kind)
    {
        string whole = Path.Combine(_folder, "whole"), parts = Path.Combine(_folder, "parts");
        Run(whole, 30);
        Run(parts, 13);
        Run(parts, 30);
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(whole, "last"), "*.safetensors", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(whole, file))];
        Assert.That(files, Has.Length.EqualTo(kind == "tasks" ? 3 : 2));
        foreach (string file in files)
        {
            Assert.That(File.ReadAllBytes(Path.Combine(parts, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, file))), file);
        }

        void Run(string folder, int iterations)
        {
            (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create(kind, dropout: .1);
            using (owner)
            {
                using Trainer trainer = new(objective, TaskRuns.Options with { OutputFolder = folder, Resume = true, Iterations = iterations, DecayIterations = 30 });
                trainer.Train();
            }
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void Other_data_and_another_objective_are_not_resumed(string kind)
    {
        Train(kind);
        string other = s_kinds[(Array.IndexOf(s_kinds, kind) + 1) % s_kinds.Length];
        Assert.That(() => Train(other), Throws.InstanceOf<TrainingException>());

        void Train(string what)
        {
            (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create(what);
            using (owner)
            {
                using Trainer trainer = new(objective, TaskRuns.Options with { OutputFolder = _folder, Resume = true, Iterations = 2 });
                trainer.Train();
            }
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void Layers_that_are_computed_once_more_give_the_same_gradients_bit_for_bit(string kind)
    {
        byte[][] once = Gradients(recomputed: false);
        Assert.That(once, Has.Length.GreaterThan(10));
        Assert.That(Gradients(recomputed: true), Is.EqualTo(once));

        byte[][] Gradients(bool recomputed)
        {
            (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create(kind, dropout: .1, recomputed);
            using (owner)
            {
                objective.Network.train();
                TorchSharp.torch.manual_seed(7);
                for (int step = 0; step < 3; step++)
                {
                    objective.GetTrainingStep(step).LossSum().backward();
                }

                return [.. objective.Network.named_parameters().DistinctBy(each => each.parameter.Handle).Select(each => each.parameter.grad!.bytes.ToArray())];
            }
        }
    }

    [TestCase("masked", 300, 1)]
    [TestCase("pairs", 300, 1)]
    [TestCase("encoder", 150, .3)]
    [TestCase("causal", 150, .3)]
    public void It_is_learned(string kind, int iterations, double loss)
    {
        (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create(kind);
        using (owner)
        {
            using Trainer trainer = new(objective, TaskRuns.Options with { Iterations = iterations, EvaluationInterval = iterations });
            TrainingResult result = trainer.Train();
            double chance = Math.Log(kind is "encoder" or "causal" ? 3 : TaskRuns.Letters + 1);
            Assert.That(result.FirstLoss, Is.EqualTo(chance).Within(.1), "it knows nothing");
            Assert.That(result.ValidationLoss, Is.LessThan(loss));
            TestContext.Out.WriteLine(result);
        }
    }

    [Test]
    public void The_loss_of_pairs_is_that_of_one_after_the_other()
    {
        (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create("pairs");
        using (owner)
        {
            TextToTextModel model = (TextToTextModel)owner;
            SequencePairDataset data = TaskRuns.Pairs(model.EndId);
            model.Network.eval(); // no smoothing
            TrainingStep whole = objective.GetTrainingStep(0);
            double sum = 0;
            foreach (SequencePair pair in data.GetTrainingBatch(0))
            {
                SequenceToSequenceObjective one = new(model, new SequencePairDataset([pair], []));
                sum += one.GetTrainingStep(0).LossSum().item<float>();
            }

            Assert.That(whole.LossSum().item<float>(), Is.EqualTo(sum).Within(1e-3));
            Assert.That(whole.Targets, Is.EqualTo(data.GetTrainingBatch(0).Sum(pair => pair.Target.Length)));

            // Smoothing adds a share of the mean loss over the vocabulary, so the loss of a network that knows nothing hardly moves; with a share of one half it must.
            model.Network.train();
            Assert.That(objective.GetTrainingStep(0).LossSum().item<float>(), Is.Not.EqualTo(whole.Targets).And.Not.EqualTo((float)sum));
        }
    }

    [Test]
    public void Tokens_and_classes_that_the_network_does_not_have_are_refused()
    {
        (ITrainingObjective objective, IDisposable owner) = TaskRuns.Create("encoder");
        using (owner)
        {
            TextClassifier model = (TextClassifier)owner;
            Assert.That(() => new ClassificationObjective(model, new ClassificationDataset([new LabelledExample(new[] { 99 }, 0)], [])).GetTrainingStep(0), Throws.ArgumentException.With.Message.Contains("token 99"));
            Assert.That(() => new ClassificationObjective(model, new ClassificationDataset([new LabelledExample(new[] { 1 }, 3)], [])).GetTrainingStep(0), Throws.ArgumentException.With.Message.Contains("class 3"));
            Assert.That(() => new ClassificationObjective(model, new ClassificationDataset([new LabelledExample(new int[17], 1)], [])), Throws.ArgumentException.With.Message.Contains("17 tokens"));
            Assert.That(() => new ClassificationDataset([], []), Throws.ArgumentException.With.Message.Contains("no example"));
            Assert.That(() => new SequencePairDataset([new SequencePair(new[] { 1 }, ReadOnlyMemory<int>.Empty)], []), Throws.ArgumentException.With.Message.Contains("target of 0"));
            _ = objective;
        }
    }
}
