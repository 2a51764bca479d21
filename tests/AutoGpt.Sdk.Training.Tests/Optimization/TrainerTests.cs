using System.Text.Json;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class TrainerTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("autogpt-trainer-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase(0, Precision.Full)]
    [TestCase(.2, Precision.Full)]
    [TestCase(0, Precision.BFloat16)]
    [TestCase(.2, Precision.BFloat16)]
    [TestCase(.2, Precision.BFloat16, true)]
    [TestCase(.2, Precision.Full, true, .9)]
    public void A_run_that_was_cut_off_goes_on_bit_for_bit(double dropout, Precision precision, bool muon = false, double? average = null)
    {
        TrainerOptions options = Options with { Muon = muon ? new MuonOptions() : null, AverageDecay = average };
        string whole = Path.Combine(_folder, "whole"), cut = Path.Combine(_folder, "cut");
        TrainingResult expected = Run(options with { OutputFolder = whole }, dropout, precision);

        // Cancelled in the middle, between two checkpoints and two measurements.
        using CancellationTokenSource cancellation = new();
        Assert.That(() => Run(options with { OutputFolder = cut }, dropout, precision, new Stop(cancellation, 10), cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        TrainingResult resumed = Run(options with { OutputFolder = cut, Resume = true }, dropout, precision);

        Assert.That(File.ReadAllBytes(Path.Combine(cut, "last", "model.safetensors")), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "last", "model.safetensors"))));
        Assert.That(File.ReadAllBytes(Path.Combine(cut, "last", "optimizer.safetensors")), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "last", "optimizer.safetensors"))));
        Assert.That(File.ReadAllBytes(Path.Combine(cut, "best", "model.safetensors")), Is.EqualTo(File.ReadAllBytes(Path.Combine(whole, "best", "model.safetensors"))));
        Assert.That((resumed.ValidationLoss, resumed.BestIteration, resumed.FirstLoss, resumed.Tokens), Is.EqualTo((expected.ValidationLoss, expected.BestIteration, expected.FirstLoss, expected.Tokens)));
        Assert.That(Losses(cut), Is.EqualTo(Losses(whole)));
    }

    [TestCase(Precision.Full)]
    [TestCase(Precision.BFloat16)]
    public void It_learns_and_starts_from_knowing_nothing(Precision precision)
    {
        TrainingResult result = Run(Options with { Iterations = 400, EvaluationInterval = 400, LearningRate = .02 }, precision: precision);
        Assert.That(result.FirstLoss, Is.EqualTo(Math.Log(20)).Within(.1));
        Assert.That(result.ValidationLoss, Is.LessThan(2), "a random guess costs 3.0");
        Assert.That((result.Iterations, result.Tokens), Is.EqualTo((400, 400L * 64)));
    }

    [Test]
    public void Accumulated_gradients_are_those_of_one_large_batch()
    {
        using CausalTransformer one = Model(0), two = Model(0);
        Fixed source = new();
        using (Trainer trainer = new(one, source, Options with { Iterations = 1, GradientAccumulation = 2 }))
        {
            trainer.Train();
        }

        using (Trainer trainer = new(two, new Fixed(joined: true), Options with { Iterations = 1 }))
        {
            trainer.Train();
        }

        foreach ((string name, TorchSharp.Modules.Parameter parameter) in one.named_parameters())
        {
            using Tensor other = two.get_parameter(name)!;
            Assert.That(parameter.sub(other).abs().max().item<float>(), Is.LessThan(1e-5f), name);
        }
    }

    [Test]
    public void A_folder_with_a_run_is_neither_overwritten_nor_mixed_with_other_data()
    {
        Run(Options with { OutputFolder = _folder, Iterations = 2 });
        byte[] before = File.ReadAllBytes(Path.Combine(_folder, "last", "model.safetensors"));
        Assert.That(() => Run(Options with { OutputFolder = _folder }), Throws.InstanceOf<TrainingException>().With.Message.Contains("earlier run"));
        using CausalTransformer model = Model(0);
        Assert.That(
            () => new Trainer(model, new TokenDataset(Ids.AsMemory(0, 1500), new TokenDatasetOptions { BatchSize = 4, BlockLength = 16 }), Options with { OutputFolder = _folder, Resume = true }),
            Throws.InstanceOf<TrainingException>().With.Message.Contains("other data"));
        Assert.That(File.ReadAllBytes(Path.Combine(_folder, "last", "model.safetensors")), Is.EqualTo(before));
    }

    [Test]
    public void A_crash_between_two_checkpoints_leaves_one_to_resume()
    {
        Run(Options with { OutputFolder = _folder, Iterations = 8 });

        // The crash came with half of a new one written.
        Directory.CreateDirectory(Path.Combine(_folder, ".last.new"));
        File.WriteAllText(Path.Combine(_folder, ".last.new", "model.safetensors"), "half");
        File.AppendAllText(Path.Combine(_folder, "metrics.jsonl"), "{\"iteration\":9,\"lo");
        TrainingResult result = Run(Options with { OutputFolder = _folder, Resume = true });
        Assert.That(result.Iterations, Is.EqualTo(24));
        Assert.That(Losses(_folder).Select(loss => loss.Iteration), Is.Unique.And.Ordered);
        Assert.That(Directory.GetDirectories(_folder).Select(Path.GetFileName), Is.EquivalentTo(["last", "best", "earlier"]));
    }

    [Test]
    public void A_damaged_checkpoint_is_named()
    {
        Run(Options with { OutputFolder = _folder, Iterations = 2 });
        string file = Path.Combine(_folder, "last", "training.json");
        File.WriteAllText(file, "{");
        Assert.That(() => Run(Options with { OutputFolder = _folder, Resume = true }), Throws.InstanceOf<TrainingException>().With.Message.Contains("training.json is not as it was written"));
        File.Delete(file);
        Assert.That(() => Run(Options with { OutputFolder = _folder, Resume = true }), Throws.InstanceOf<TrainingException>().With.Message.Contains("training.json is missing"));
    }

    [Test]
    public void A_run_that_diverges_stops_and_keeps_its_checkpoint()
    {
        Run(Options with { OutputFolder = _folder, Iterations = 2 });
        using CausalTransformer model = Model(0);
        TokenDataset data = Text();
        using Trainer trainer = new(model, data, Options with { OutputFolder = _folder, Resume = true });
        using (no_grad())
        {
            model.parameters().First().fill_(float.NaN);
        }

        string failed = Path.Combine(_folder, "failed-batch.json");
        Assert.That(() => trainer.Train(), Throws.InstanceOf<TrainingException>().With.Message.Contains("Iteration 2").And.Message.Contains("learning rate").And.Message.Contains(failed));
        JsonElement rows = JsonDocument.Parse(File.ReadAllText(failed)).RootElement.GetProperty("batches")[0].GetProperty("rows");
        TokenBatch batch = data.GetTrainingBatch(2);
        Assert.That(rows.EnumerateArray().SelectMany(row => row.GetProperty("ids").EnumerateArray()).Select(id => id.GetInt32()), Is.EqualTo(batch.Ids));
        using SafetensorsFile last = SafetensorsFile.Open(Path.Combine(_folder, "last", "model.safetensors"));
        Assert.That(last.TryGet(last.Names.First(), out TensorView tensor));
        float[] values = new float[tensor.Count];
        TensorReader.ReadSingles(tensor, values);
        Assert.That(values, Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void What_is_written_is_a_model_folder_that_decodes()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.FromText("abcdefghijklmnopqrst");
        using CausalTransformer model = Model(0);
        using (Trainer trainer = new(model, Text(), Options with { OutputFolder = _folder }, tokenizer))
        {
            trainer.Train();
        }

        using ModelFolder folder = ModelFolder.Open(Path.Combine(_folder, "best"));
        Assert.That((folder.Config.VocabularySize, folder.Config.Width), Is.EqualTo((20, Config.Width)));
        Assert.That(folder.Tokenizer.Encode("cab"), Is.EqualTo(tokenizer.Encode("cab")));
        Assert.That(File.ReadAllBytes(Path.Combine(_folder, "loss.png")).AsSpan(1, 3).SequenceEqual("PNG"u8));
    }

    [Test]
    public void Options_and_rows_that_do_not_fit_are_refused()
    {
        using CausalTransformer model = Model(0);
        Assert.That(() => new Trainer(model, Text(), Options with { LearningRate = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("LearningRate"));
        Assert.That(() => new Trainer(model, Text(), Options with { Iterations = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new Trainer(model, new TokenDataset(Ids, new TokenDatasetOptions { BlockLength = 17 }), Options),
            Throws.ArgumentException.With.Message.Contains("17 tokens; the network's context is 16"));
    }

    private static (int Iteration, double? Loss, double? Validation)[] Losses(string folder) =>
    [
        .. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (
            line.GetProperty("iteration").GetInt32(),
            line.TryGetProperty("loss", out JsonElement loss) ? loss.GetDouble() : (double?)null,
            line.TryGetProperty("validationLoss", out JsonElement validation) ? validation.GetDouble() : (double?)null)),
    ];

    private sealed class Stop(CancellationTokenSource cancellation, int iteration) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Iteration == iteration)
            {
                cancellation.Cancel();
            }
        }
    }

    // Two batches of different sizes, or the same rows as one.
    private sealed class Fixed(bool joined = false) : IBatchSource
    {
        private static readonly int[] First = [1, 2, 3, 4], Second = [5, 6, 7, 8, 9, 10, 11, 12];

        public string Fingerprint => "fixed";

        public int MaximumLength => 4;

        public TokenBatch GetTrainingBatch(long index)
        {
            int[] ids = joined ? [.. First, .. Second] : index % 2 == 0 ? First : Second;
            return new TokenBatch(ids.Length / 4, 4, ids, [.. ids.Select(id => id % 5 == 0 ? TokenBatch.Ignored : id + 1)]);
        }

        public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => [];
    }
}
