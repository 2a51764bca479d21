using AutoGpt.Sdk.Models.Torch;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class ResumptionTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-resumption-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase("last")]
    [TestCase("best")]
    public void A_checkpoint_that_a_crash_left_under_its_old_name_is_back_when_a_run_begins(string name)
    {
        Train(Options);
        string path = Path.Combine(_folder, name), old = Path.Combine(_folder, $".{name}.old");
        byte[] weights = File.ReadAllBytes(Path.Combine(path, "model.safetensors"));
        Directory.Move(path, old);

        // Only begun, not trained: no new checkpoint hides the loss of this one.
        using CausalTransformer model = Model(0);
        using Trainer trainer = new(model, Text(), Options with { OutputFolder = _folder, Resume = true });
        Assert.That(trainer.Iteration, Is.EqualTo(Options.Iterations));
        Assert.That(File.ReadAllBytes(Path.Combine(path, "model.safetensors")), Is.EqualTo(weights));
        Assert.That(old, Does.Not.Exist);
    }

    [Test]
    public void Two_trainers_cannot_have_one_folder()
    {
        TrainerOptions options = Options with { Iterations = 2, OutputFolder = _folder, Resume = true };
        using CausalTransformer model = Model(0);
        using (Trainer first = new(model, Text(), options))
        {
            Assert.That(() => new Trainer(model, Text(), options), Throws.InstanceOf<TrainingException>().With.Message.Contains($"'{_folder}' is in use"));
            first.Train();
        }

        // One that was refused leaves it free, as one that was disposed does.
        Assert.That(() => new Trainer(model, Text(), options with { Resume = false }), Throws.InstanceOf<TrainingException>().With.Message.Contains("earlier run"));
        using Trainer next = new(model, Text(), options);
        Assert.That(next.Iteration, Is.EqualTo(2));
    }

    private TrainingResult Train(TrainerOptions options)
    {
        using CausalTransformer model = Model(0);
        using Trainer trainer = new(model, Text(), options with { OutputFolder = _folder, Resume = true, EvaluationBatches = 1 });
        return trainer.Train();
    }
}
