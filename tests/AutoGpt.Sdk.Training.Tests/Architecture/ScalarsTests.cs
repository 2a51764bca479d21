using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Architecture;

public sealed class ScalarsTests
{
    [Test]
    public void Training_survives_a_garbage_collector_that_never_rests()
    {
        TrainingResult expected = SmallRun.Run(Options());
        using CancellationTokenSource done = new();
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            // TorchSharp alone fails here within some hundred updates: "Expected false to be true", a loss that is not finite, or another loss.
            Assert.That(SmallRun.Run(Options()).ValidationLoss, Is.EqualTo(expected.ValidationLoss));
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }

        static TrainerOptions Options() => SmallRun.Options with { Iterations = 200, EvaluationInterval = 200, CheckpointInterval = 200, ReportInterval = 100, Muon = new MuonOptions() };
    }

    [Test]
    public void Numbers_and_tensors_meet_as_in_plain_arithmetic()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1f, 2, 3]), y = tensor([10f, 20, 30]);
        Assert.That(x.Plus(y).data<float>(), Is.EqualTo([11f, 22, 33]));
        Assert.That(x.Plus(.5).data<float>(), Is.EqualTo([1.5f, 2.5f, 3.5f]));
        Assert.That(x.Times(2).data<float>(), Is.EqualTo([2f, 4, 6]));
        Assert.That(x.PlusProduct(x, y).data<float>(), Is.EqualTo([11f, 42, 93]));
        Assert.That(x.AddInPlace(y, 2).MultiplyInPlace(2).data<float>(), Is.EqualTo([42f, 84, 126]));
        Assert.That(x.FillInPlace(7).data<float>(), Is.EqualTo([7f, 7, 7]));
        Assert.That(Scalars.Full(1, 2, 4, ScalarType.Float32, CPU).data<float>(), Is.EqualTo([4f, 4]));
    }
}
