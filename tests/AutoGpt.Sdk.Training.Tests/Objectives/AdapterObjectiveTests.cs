using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Optimization;

namespace AutoGpt.Sdk.Training.Tests.Objectives;

/// <summary>Adapters under the trainer: they learn, the network does not; what is saved is an adapter, and goes on bit for bit.</summary>
public sealed class AdapterObjectiveTests
{
    private static readonly TrainerOptions s_options = SmallRun.Options with
    {
        Iterations = 24,
        DecayIterations = 24,
        LearningRate = 2e-2,
        EvaluationBatches = 2,
        Optimizer = new AdamWOptions { WeightDecay = 0 },
    };

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-adapters-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<TestCaseData<Func<CausalTransformer, NetworkAdapter>>> Kinds() =>
    [
        new TestCaseData<Func<CausalTransformer, NetworkAdapter>>(model => new LowRankAdaptation(model, new LoraConfig { Rank = 4, Dropout = .1 })) { TestName = "{m}(LoRA)" },
        new TestCaseData<Func<CausalTransformer, NetworkAdapter>>(model => new PromptTuning(model, new VirtualTokenOptions { Tokens = 4 })) { TestName = "{m}(prompt)" },
        new TestCaseData<Func<CausalTransformer, NetworkAdapter>>(model => new PrefixTuning(model, new VirtualTokenOptions { Tokens = 4 })) { TestName = "{m}(prefix)" },
    ];

    [TestCaseSource(nameof(Kinds))]
    public void An_adapter_learns_and_the_network_stays_as_it_is(Func<CausalTransformer, NetworkAdapter> create)
    {
        using CausalTransformer model = Network();
        byte[][] before = [.. model.CopyWeights().Select(view => view.Data.ToArray())];
        using NetworkAdapter adapter = create(model);
        AdapterObjective objective = new(model, adapter, new CausalObjective(model, Text()), "some/base");
        TrainingResult result;
        using (Trainer trainer = new(objective, s_options with { OutputFolder = _folder }))
        {
            result = trainer.Train();
        }

        Assert.That(result.ValidationLoss, Is.LessThan(result.FirstLoss - .05), "it learns");
        Assert.That(model.CopyWeights().Select(view => view.Data.ToArray()), Is.EqualTo(before), "bit for bit");
        Assert.That(model.named_parameters().Where(each => each.parameter.grad is not null), Is.Empty);

        // The adapter on the disk gives the same loss on another network of these weights.
        using CausalTransformer twin = Network();
        using NetworkAdapter read = NetworkAdapter.Create(twin, ModelAdapter.Load(Path.Combine(_folder, "last")));
        twin.Adapter = read;
        Assert.That(CausalLoss.Mean(twin, Text().GetValidationBatches(s_options.EvaluationBatches)), Is.EqualTo(result.ValidationLoss!.Value).Within(1e-6));

        // What is best is a folder that the engine without libtorch decodes with.
        ModelAdapter best = ModelAdapter.Load(Path.Combine(_folder, "best"));
        Assert.That(best.BaseModel, Is.EqualTo("some/base"));
        using TensorList weights = new(model.CopyWeights());
        using SimdBackend backend = SimdBackend.Create(model.Config, weights);
        backend.Prepare(best).Release();
        using CausalTransformer other = new(model.Config, new TransformerOptions { Seed = 99 });
        Assert.That(() => NetworkAdapter.Create(other, best), Throws.InstanceOf<CheckpointException>());
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_run_that_was_cut_off_goes_on_bit_for_bit(Func<CausalTransformer, NetworkAdapter> create)
    {
        string whole = Path.Combine(_folder, "whole"), parts = Path.Combine(_folder, "parts");
        Run(whole, 24);
        Run(parts, 10);
        Run(parts, 24);
        foreach (string file in (string[])["adapter_model.safetensors", "adapter_config.json", "optimizer.safetensors"])
        {
            Assert.That(File.ReadAllBytes(Path.Combine(parts, "last", file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "last", file))), file);
        }

        void Run(string folder, int iterations)
        {
            using CausalTransformer model = Network();
            using NetworkAdapter adapter = create(model);
            using Trainer trainer = new(new AdapterObjective(model, adapter, new CausalObjective(model, Text())), s_options with { OutputFolder = folder, Resume = true, Iterations = iterations });
            trainer.Train();
        }
    }

    [Test]
    public void A_run_of_another_adapter_or_network_is_refused()
    {
        using CausalTransformer model = Network();
        Train(model, new LoraConfig { Rank = 4 });
        Assert.That(() => Train(model, new LoraConfig { Rank = 4, Alpha = 8 }), Throws.InstanceOf<TrainingException>().With.Message.Contains("lora_alpha 16 instead of 8"));
        using CausalTransformer other = new(SmallRun.Config, new TransformerOptions { Seed = 50 });
        Assert.That(() => Train(other, new LoraConfig { Rank = 4 }), Throws.InstanceOf<CheckpointException>().With.Message.Contains("another network"));
        using LowRankAdaptation lora = new(model);
        Assert.That(() => new AdapterObjective(other, lora, new CausalObjective(model, Text())), Throws.ArgumentException.With.Message.Contains("another network's"));
        Assert.That(
            () => new Trainer(new AdapterObjective(model, lora, new CausalObjective(model, Text())), s_options with { Muon = new MuonOptions() }),
            Throws.ArgumentException.With.Message.Contains("No matrix between embedding and head is trained"));

        void Train(CausalTransformer network, LoraConfig config)
        {
            using LowRankAdaptation adapter = new(network, config);
            using Trainer trainer = new(new AdapterObjective(network, adapter, new CausalObjective(network, Text())), s_options with { OutputFolder = _folder, Resume = true, Iterations = 2 });
            trainer.Train();
        }
    }

    [Test]
    public void Rows_that_leave_no_room_for_virtual_tokens_are_refused()
    {
        using CausalTransformer model = Network();
        using PromptTuning adapter = new(model, new VirtualTokenOptions { Tokens = model.Config.ContextLength - 9 });
        Assert.That(() => new AdapterObjective(model, adapter, new CausalObjective(model, Text())), Throws.ArgumentException.With.Message.Contains("Rows have up to 10 tokens and the adapter"));
    }

    // Short rows: virtual tokens take some of the context.
    private static TokenDataset Text() => new(SmallRun.Ids, new TokenDatasetOptions { BatchSize = 4, BlockLength = 10 });

    private static CausalTransformer Network()
    {
        CausalTransformer model = new(SmallRun.Config);
        using TensorList weights = RandomWeights.Of(SmallRun.Config);
        model.LoadWeights(weights);
        return model;
    }
}
