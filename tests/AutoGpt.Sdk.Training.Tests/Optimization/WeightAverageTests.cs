using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class WeightAverageTests
{
    [Test]
    public void It_is_the_recurrence_in_double_precision_and_what_is_measured_and_saved()
    {
        string folder = Directory.CreateTempSubdirectory("autogpt-average-").FullName;
        try
        {
            using CausalTransformer model = Model(0);
            double[] expected = Flat(model);
            int updates = 0;
            Recorder recorder = new(report =>
            {
                updates++;
                double decay = Math.Min(.9, (1.0 + updates) / (10 + updates));
                expected = [.. expected.Zip(Flat(model), (mean, weight) => (decay * mean) + ((1 - decay) * weight))];
            });
            TrainerOptions options = Options with { AverageDecay = .9, ReportInterval = 1, EvaluationInterval = 24, OutputFolder = folder, Callbacks = [recorder] };
            using Trainer trainer = new(model, Text(), options);
            TrainingResult result = trainer.Train();
            double[] last = Flat(model);
            trainer.ApplyAverage();
            double[] average = Flat(model);
            Assert.That(updates, Is.EqualTo(24));
            Assert.That(average.Zip(expected, (found, wanted) => Math.Abs(found - wanted)).Max(), Is.LessThan(1e-6));
            Assert.That(average.Zip(last, (found, weight) => Math.Abs(found - weight)).Max(), Is.GreaterThan(1e-4), "it is not the last weights");

            // The network now has the average, whose loss was measured; best/ holds it too.
            Assert.That(CausalLoss.Mean(model, Text().GetValidationBatches(options.EvaluationBatches)), Is.EqualTo(result.ValidationLoss!.Value).Within(1e-6));
            using SafetensorsFile best = SafetensorsFile.Open(Path.Combine(folder, "best", "model.safetensors"));
            model.LoadWeights(best);
            Assert.That(Flat(model), Is.EqualTo(average));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Without_one_there_is_none_to_apply()
    {
        using CausalTransformer model = Model(0);
        using Trainer trainer = new(model, Text(), Options);
        Assert.That(trainer.ApplyAverage, Throws.InvalidOperationException.With.Message.Contains("AverageDecay"));
    }

    private static double[] Flat(CausalTransformer model) => [.. model.CopyWeights().SelectMany(view =>
    {
        float[] values = new float[view.Count];
        TensorReader.ReadSingles(view, values);
        return values.Select(value => (double)value);
    })];

    private sealed class Recorder(Action<TrainingProgress> record) : TrainingCallback
    {
        public override void OnReport(Trainer trainer, TrainingProgress report) => record(report);
    }
}
