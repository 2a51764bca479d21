using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;

namespace AutoGpt.Sdk.Training.Tests.Objectives;

public sealed class AdapterObjectiveTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-adapter-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Only_the_adapter_learns_and_it_is_what_is_saved()
    {
        using CausalTransformer model = Model(0);
        byte[][] before = Weights(model);
        using LowRankAdaptation adapter = new(model, new LoraConfig { Rank = 8 });
        AdapterObjective objective = new(model, adapter, Text());
        using Trainer trainer = new(objective, Options with { Iterations = 300, EvaluationInterval = 100, LearningRate = .02, OutputFolder = _folder });
        TrainingResult result = trainer.Train();
        Assert.That(result.FirstLoss, Is.EqualTo(Math.Log(20)).Within(.1));
        Assert.That(result.ValidationLoss, Is.LessThan(result.FirstLoss - .05), "little can be learned through a frozen random head, but something");
        Assert.That(Weights(model), Is.EqualTo(before), "the network's own weights are as they were");
        Assert.That(model.parameters().Select(parameter => parameter.grad), Is.All.Null);

        // The adapter on the disk gives the same loss on a new network of these weights.
        using CausalTransformer other = Model(0);
        using NetworkAdapter read = NetworkAdapter.Create(other, ModelAdapter.Load(Path.Combine(_folder, "last")));
        other.Adapter = read;
        Assert.That(CausalLoss.Mean(other, Text().GetValidationBatches(20)), Is.EqualTo(result.ValidationLoss!.Value).Within(1e-6));
        Assert.That(Path.Combine(_folder, "best", "adapter_config.json"), Does.Exist);
        Assert.That(Path.Combine(_folder, "best", "model.safetensors"), Does.Not.Exist);
    }

    [TestCase("lora")]
    [TestCase("prompt")]
    public void A_run_that_was_cut_off_goes_on_bit_for_bit(string kind)
    {
        string whole = Path.Combine(_folder, "whole"), cut = Path.Combine(_folder, "cut");
        Run(kind, Options with { OutputFolder = whole });
        Run(kind, Options with { OutputFolder = cut, Callbacks = [new StopAt(10)] });
        Run(kind, Options with { OutputFolder = cut, Resume = true });
        foreach (string file in (string[])["adapter_model.safetensors", "optimizer.safetensors"])
        {
            Assert.That(File.ReadAllBytes(Path.Combine(cut, "last", file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "last", file))), file);
        }
    }

    [Test]
    public void Rows_that_leave_no_room_for_virtual_tokens_are_refused()
    {
        using CausalTransformer model = Model(0);
        using PromptTuning adapter = new(model, new VirtualTokenOptions { Tokens = 3 });
        Assert.That(() => new AdapterObjective(model, adapter, Text()), Throws.ArgumentException.With.Message.Contains("16 tokens and the adapter 3"));
    }

    private static void Run(string kind, TrainerOptions options)
    {
        using CausalTransformer model = Model(0);
        using NetworkAdapter adapter = kind == "lora" ? new LowRankAdaptation(model, new LoraConfig { Rank = 4, Dropout = .2 }) : new PromptTuning(model, new VirtualTokenOptions { Tokens = 4 });
        using Trainer trainer = new(new AdapterObjective(model, adapter, new TokenDataset(Ids, new TokenDatasetOptions { BatchSize = 4, BlockLength = 12 })), options);
        trainer.Train();
    }

    private static byte[][] Weights(CausalTransformer model) => [.. model.CopyWeights().Select(view => view.Data.ToArray())];

    private sealed class StopAt(int iteration) : TrainingCallback
    {
        public override void OnReport(Trainer trainer, TrainingProgress report)
        {
            if (report.Iteration == iteration)
            {
                trainer.Stop("enough");
            }
        }
    }
}
