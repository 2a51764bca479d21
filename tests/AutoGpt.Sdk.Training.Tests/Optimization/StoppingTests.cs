using AutoGpt.Sdk.Models.Torch;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class StoppingTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-stopping-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_run_ends_when_nothing_got_better_for_long_enough_and_stays_ended_when_resumed()
    {
        TrainerOptions options = Options with { Iterations = 400, EvaluationInterval = 5, Patience = 3, OutputFolder = _folder, LearningRate = .02, Resume = true };
        TrainingResult result = Train(options);
        Assert.That(result.StopReason, Does.Contain("3 measurements"));
        Assert.That(result.Iterations, Is.EqualTo(result.BestIteration + 15).And.LessThan(400));
        Assert.That(result.ToString(), Does.Contain("Stopped: no lower"));
        TrainingResult resumed = Train(options);
        Assert.That((resumed.Iterations, resumed.StopReason, resumed.ValidationLoss), Is.EqualTo((result.Iterations, result.StopReason, result.ValidationLoss)));
        Assert.That(Train(options with { Patience = null, Iterations = result.Iterations + 5 }).Iterations, Is.EqualTo(result.Iterations + 5));
    }

    [Test]
    public void A_callback_hears_of_everything_and_can_end_the_run()
    {
        Listener listener = new();
        TrainingResult result = Train(Options with { OutputFolder = _folder, Callbacks = [listener] });
        Assert.That((result.Iterations, result.StopReason), Is.EqualTo((14, "enough")));
        Assert.That(listener.Heard, Is.EqualTo(["report 2", "report 4", "report 6", "measured 6", "report 8", "checkpoint", "report 10", "report 12", "measured 12", "report 14", "checkpoint"]));
        Assert.That(Train(Options with { OutputFolder = _folder, Resume = true }).Iterations, Is.EqualTo(Options.Iterations), "a run that was stopped goes on");
        Assert.That(File.ReadAllText(Path.Combine(_folder, "report.html")), Does.Contain("<svg").And.Contain("24 of 24").And.Contain("&quot;gradientAccumulation&quot;: 1"));
    }

    private static TrainingResult Train(TrainerOptions options)
    {
        using CausalTransformer model = Model(0);
        using Trainer trainer = new(model, new Misleading(), options);
        return trainer.Train();
    }

    private sealed class Listener : TrainingCallback
    {
        public List<string> Heard { get; } = [];

        public override void OnReport(Trainer trainer, TrainingProgress report)
        {
            Heard.Add($"report {report.Iteration}");
            if (report.Iteration == 14)
            {
                trainer.Stop("enough");
            }
        }

        public override void OnMeasured(Trainer trainer, TrainingProgress report) => Heard.Add($"measured {report.Iteration}");

        public override void OnCheckpoint(Trainer trainer, string folder) => Heard.Add(Directory.Exists(folder) ? "checkpoint" : "no folder");
    }

    // What is measured contradicts what is learned, after the first steps that only learn which tokens there are.
    private sealed class Misleading : IBatchSource
    {
        public string Fingerprint => "misleading";

        public int MaximumLength => 8;

        public TokenBatch GetTrainingBatch(long index) => new(1, 8, [1, 2, 3, 4, 1, 2, 3, 4], [2, 3, 4, 1, 2, 3, 4, 1]);

        public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => [new(1, 8, [1, 2, 3, 4, 1, 2, 3, 4], [4, 1, 2, 3, 4, 1, 2, 3])];
    }
}
