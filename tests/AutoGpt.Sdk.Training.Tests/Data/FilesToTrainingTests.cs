using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests.Data;

/// <summary>The whole way of docs/concepts/data.md: files, corpus, examples, shards, batches, a training run that is cut off and goes on.</summary>
public sealed class FilesToTrainingTests
{
    private static readonly TransformerConfig s_config = Shapes.Llama with { ContextLength = 32, VocabularySize = 257 };

    [Test]
    public void A_run_on_shards_that_is_cut_off_goes_on_as_if_it_had_not_been()
    {
        using DataFolder folder = new();
        string[] lines = [.. Enumerable.Range(0, 120).Select(i => $$"""{"prompt":"{{i}} and {{i * 7 % 13}} make ","completion":"{{i + (i * 7 % 13)}}."}""")];
        folder.Write("files/a.jsonl", lines);

        Corpus corpus = Corpus.Prepare(folder.File("files"), new CorpusOptions { Duplicates = null });
        ExampleEncoder encoder = new(new ByteTokenizer());
        TokenShardOptions options = new() { VocabularySize = 257, Separator = 256, TokensPerShard = 500 };
        TokenShards.Write(folder.File("train"), encoder.Encode(corpus.Read(DataPart.Training)), options);
        TokenShards.Write(folder.File("held"), encoder.Encode(corpus.Read(DataPart.Validation)), options);
        using ShardedTokenDataset data = new(folder.File("train"), folder.File("held"), new ShardedTokenDatasetOptions { BlockLength = 32, BatchSize = 4 });

        TrainerOptions training = new() { Iterations = 30, WarmUpIterations = 2, EvaluationInterval = 15, CheckpointInterval = 7, ReportInterval = 5, DecayIterations = 30 };
        TrainingResult whole = Train(training with { OutputFolder = folder.File("whole") });
        Train(training with { OutputFolder = folder.File("parts"), Iterations = 11 });
        TrainingResult parts = Train(training with { OutputFolder = folder.File("parts"), Resume = true });
        Assert.That(whole.ValidationLoss, Is.LessThan(whole.FirstLoss), "something was learnt");
        Assert.That(parts.ValidationLoss, Is.EqualTo(whole.ValidationLoss), "bit for bit");
        Assert.That(
            File.ReadAllBytes(Path.Combine(folder.File("parts"), "last", "model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(Path.Combine(folder.File("whole"), "last", "model.safetensors"))));

        TrainingResult Train(TrainerOptions settings)
        {
            using CausalTransformer model = new(s_config, new TransformerOptions { Seed = 1 });
            using Trainer trainer = new(model, data, settings);
            return trainer.Train();
        }
    }
}
