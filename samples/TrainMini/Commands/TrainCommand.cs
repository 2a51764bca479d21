using System.CommandLine;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;
using TrainMini.Goals;

namespace TrainMini.Commands;

/// <summary><c>train</c>: trains tokenizer and network; <c>--resume</c> goes on where a run was cut off.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> output = new("--output") { Description = "Receives last/, best/, metrics.jsonl and loss.png.", Required = true };
        Option<int> iterations = new("--iterations") { Description = "Updates. Default: 9000.", DefaultValueFactory = _ => 9000 };
        Option<int> layers = new("--layers") { Description = "Blocks. Default: 4.", DefaultValueFactory = _ => 4 };
        Option<int> width = new("--width") { Description = "Width of the residual stream. Default: 256.", DefaultValueFactory = _ => 256 };
        Option<double> learningRate = new("--learning-rate") { Description = "Highest learning rate. Default: 0.0015.", DefaultValueFactory = _ => 1.5e-3 };
        Option<int> warmUp = new("--warm-up") { Description = "Updates over which the learning rate rises. Default: 200.", DefaultValueFactory = _ => 200 };
        Option<double> dropout = new("--dropout") { Description = "Default: 0.", DefaultValueFactory = _ => 0 };
        Option<int> rows = new("--rows") { Description = "Goals in an update. Default: 80.", DefaultValueFactory = _ => 80 };
        Option<bool> adam = new("--adamw") { Description = "AdamW for all parameters, instead of Muon for those between embedding and head." };
        Option<bool> fullPrecision = new("--fp32") { Description = "Single precision instead of bfloat16 products." };
        Option<DirectoryInfo?> from = new("--from") { Description = "A model folder whose weights and tokenizer the training starts with, such as the packed ones. Default: anew." };
        Option<string> device = new("--device") { Description = "cpu (default), or cuda: a GPU, with a libtorch that can use it.", DefaultValueFactory = _ => "cpu" };
        Option<int> interval = new("--interval") { Description = "Updates between measurements and checkpoints. Default: 500.", DefaultValueFactory = _ => 500 };
        Option<bool> resume = new("--resume") { Description = "Goes on from the last checkpoint." };
        Command command = new("train", "Trains the model, anew or from the weights of another run.") { output, iterations, layers, width, learningRate, warmUp, dropout, rows, adam, fullPrecision, from, device, interval, resume };
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                Corpus corpus = new();
                GoalComposer composer = corpus.Composer(PhrasingSet.Training);
                string folder = parsed.GetValue(output)!.FullName;
                BytePairTokenizer tokenizer = Tokenizer(corpus, composer, folder, parsed.GetValue(from)?.FullName ?? folder);
                using CausalTransformer model = new(
                    new TransformerConfig
                    {
                        VocabularySize = tokenizer.VocabularySize,
                        ContextLength = 512,
                        Width = parsed.GetValue(width),
                        Layers = parsed.GetValue(layers),
                        Heads = parsed.GetValue(width) / 32,
                        FeedForwardWidth = parsed.GetValue(width) * 8 / 3 / 16 * 16,
                        TiedHead = true,
                    },
                    new TransformerOptions
                    {
                        Seed = 1,
                        Dropout = parsed.GetValue(dropout),
                        Precision = parsed.GetValue(fullPrecision) ? Precision.Full : Precision.BFloat16,
                        Device = parsed.GetValue(device)!,
                    });
                if (parsed.GetValue(from) is { } start)
                {
                    using ModelFolder weights = ModelFolder.Open(start.FullName);
                    model.LoadWeights(weights.Tensors);
                }

                using Trainer trainer = new(
                    model,
                    new GoalBatchSource(corpus, tokenizer, parsed.GetValue(rows), ahead: Math.Max(1, Environment.ProcessorCount - 2)),
                    new TrainerOptions
                    {
                        Iterations = parsed.GetValue(iterations),
                        LearningRate = parsed.GetValue(learningRate),
                        MinimumLearningRate = parsed.GetValue(learningRate) / 30,
                        Muon = parsed.GetValue(adam) ? null : new MuonOptions(),
                        WarmUpIterations = parsed.GetValue(warmUp),
                        EvaluationInterval = parsed.GetValue(interval),
                        EvaluationBatches = 16,
                        CheckpointInterval = parsed.GetValue(interval),
                        ReportInterval = 50,
                        OutputFolder = folder,
                        Resume = parsed.GetValue(resume),
                        Threads = Environment.ProcessorCount,
                    },
                    tokenizer);
                TrainingResult result = trainer.Train(new ConsoleProgress(), cancellationToken);
                Console.WriteLine(result);
            },
            cancellationToken));
        return command;
    }

    // That of another run, that which is in the folder already, or a new one.
    private static BytePairTokenizer Tokenizer(Corpus corpus, GoalComposer composer, string folder, string earlier)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        BytePairTokenizer tokenizer = File.Exists(Path.Combine(earlier, "tokenizer.json"))
            ? (BytePairTokenizer)TokenizerFile.Load(Path.Combine(earlier, "tokenizer.json"))
            : MiniTokenizer.Train(corpus.Families.Concat(corpus.Whole.All.Select(goal => goal.Plan)), composer, goals: 60_000);
        Directory.CreateDirectory(folder);
        TokenizerFile.Save(path, tokenizer);
        return tokenizer;
    }

    // Progress<T> would hand reports to the thread pool, where they overtake each other.
    private sealed class ConsoleProgress : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Console.WriteLine(value);
    }
}
