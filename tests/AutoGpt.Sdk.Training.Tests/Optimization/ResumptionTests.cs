using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class ResumptionTests
{
    private string _folder = "";

    private string StateFile => Path.Combine(_folder, "last", "training.json");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-resumption-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Another_network_is_refused_though_its_tensors_fit()
    {
        Train(Options with { Iterations = 2 });
        TransformerConfig other = Config with { Heads = Config.Heads / 2, KeyValueHeads = Config.KeyValueHeads / 2, HeadSize = Config.HeadSize * 2 };
        Assert.That(other.ParameterCount(), Is.EqualTo(Config.ParameterCount()));
        Assert.That(() => Train(Options, other), Throws.InstanceOf<TrainingException>().With.Message.Contains("trained with heads 4 instead of 2, keyValueHeads 2 instead of 1"));
    }

    [TestCaseSource(nameof(OtherSettings))]
    public void Another_setting_that_decides_the_numbers_is_refused(TrainerOptions options, TransformerOptions network, string difference)
    {
        Train(Options with { Iterations = 2 });
        byte[] before = File.ReadAllBytes(StateFile);
        Assert.That(() => Train(options, network: network), Throws.InstanceOf<TrainingException>().With.Message.Contains($"trained with {difference}. Give"));
        Assert.That(File.ReadAllBytes(StateFile), Is.EqualTo(before));
    }

    [Test]
    public void Another_schedule_goes_on()
    {
        Train(Options with { Iterations = 2 });
        Assert.That(Train(Options with { Iterations = 4, LearningRate = 1e-4, WarmUpIterations = 0, DecayIterations = 3 }).Iterations, Is.EqualTo(4));
    }

    [Test]
    public void A_checkpoint_from_before_settings_were_kept_goes_on_and_keeps_them()
    {
        Train(Options with { Iterations = 2 });
        JsonObject state = JsonNode.Parse(File.ReadAllText(StateFile))!.AsObject();
        state.Remove("settings");
        state.Remove("trainingLoss");
        File.WriteAllText(StateFile, state.ToJsonString());
        File.Delete(Path.Combine(_folder, "last", "manifest.json"));
        CheckpointManifest.Write(Path.Combine(_folder, "last"));
        Train(Options with { Iterations = 4 });
        Assert.That(() => Train(Options with { Seed = 4 }), Throws.InstanceOf<TrainingException>().With.Message.Contains("seed 3 instead of 4"));
    }

    [Test]
    public void A_finished_run_that_is_resumed_reports_what_it_came_to()
    {
        TrainingResult finished = Train(Options), resumed = Train(Options);
        Assert.That(finished.TrainingLoss, Is.GreaterThan(0));
        Assert.That((resumed.TrainingLoss, resumed.ValidationLoss, resumed.Tokens), Is.EqualTo((finished.TrainingLoss, finished.ValidationLoss, finished.Tokens)));
    }

    [TestCase("last", "earlier")]
    [TestCase("best", ".best.old")]
    public void A_checkpoint_that_a_crash_left_under_its_old_name_is_back_when_a_run_begins(string name, string aside)
    {
        Train(Options);
        string path = Path.Combine(_folder, name), old = Path.Combine(_folder, aside, "999999999");
        Directory.CreateDirectory(Path.Combine(_folder, aside));
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

    private static IEnumerable<TestCaseData> OtherSettings()
    {
        TransformerOptions same = new() { Seed = 1 };
        yield return new TestCaseData(Options with { Seed = 4 }, same, "seed 3 instead of 4") { TestName = "{m}(seed)" };
        yield return new TestCaseData(Options with { GradientAccumulation = 2 }, same, "gradientAccumulation 1 instead of 2") { TestName = "{m}(accumulation)" };
        yield return new TestCaseData(Options with { GradientNorm = null }, same, "gradientNorm 1 instead of null") { TestName = "{m}(gradient norm)" };
        yield return new TestCaseData(Options with { GradientNorm = double.PositiveInfinity }, same, "gradientNorm 1 instead of \"Infinity\"") { TestName = "{m}(infinite gradient norm)" };
        yield return new TestCaseData(Options with { AverageDecay = .9 }, same, "averageDecay null instead of 0.9") { TestName = "{m}(average)" };
        yield return new TestCaseData(Options with { Optimizer = new AdamWOptions { Beta2 = .99 } }, same, "beta2 0.95 instead of 0.99") { TestName = "{m}(optimizer)" };
        yield return new TestCaseData(Options with { Muon = new MuonOptions() }, same, "muon null instead of {\"momentum\":0.95,\"iterations\":5,\"stepRootMeanSquare\":0.2,\"weightDecay\":0.1}") { TestName = "{m}(Muon)" };
        yield return new TestCaseData(Options, same with { Dropout = .1 }, "dropout 0 instead of 0.1") { TestName = "{m}(dropout)" };
        yield return new TestCaseData(Options, same with { Precision = Precision.BFloat16 }, "precision \"Full\" instead of \"BFloat16\"") { TestName = "{m}(precision)" };
    }

    private TrainingResult Train(TrainerOptions options, TransformerConfig? config = null, TransformerOptions? network = null)
    {
        using CausalTransformer model = new(config ?? Config, network ?? new TransformerOptions { Seed = 1 });
        using Trainer trainer = new(model, Text(), options with { OutputFolder = _folder, Resume = true, EvaluationBatches = 1 });
        return trainer.Train();
    }
}
