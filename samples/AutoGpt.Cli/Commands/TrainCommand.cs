using System.CommandLine;
using System.Globalization;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Commands;

/// <summary><c>train</c>: trains a model from scratch on a text.</summary>
internal static class TrainCommand
{
    // GPT-2's. No text has it; whoever tunes the model later teaches it where an answer ends.
    private const string EndOfText = "<|endoftext|>";

    public static Command Create()
    {
        Option<FileInfo> data = new("--data") { Description = "A text file.", Required = true };
        Option<string> tokenizer = new("--tokenizer") { Description = "bpe (default) or char.", DefaultValueFactory = _ => "bpe" };
        tokenizer.AcceptOnlyFromAmong("bpe", "char");
        Option<int> vocabulary = Number("--vocabulary", "Tokens of the bpe tokenizer.", 2048).From(256, 1_000_000);
        Option<int> layers = Number("--layers", "Blocks.", 4).From(1, 1000);
        Option<int> heads = Number("--heads", "Attention heads.", 4).From(1, 10_000);
        Option<int> width = Number("--width", "Width of the residual stream.", 128).From(1, 1_000_000);
        Option<int> block = Number("--block", "Tokens of context.", 64).From(1, 1_000_000);
        Option<int> batch = Number("--batch", "Sequences per update.", 12).From(1, 1_000_000);
        Option<int> iterations = Number("--iterations", "Updates.", 2000).AtLeast(1);
        Option<double> learningRate = new("--learning-rate") { Description = "Highest learning rate. Default: 0.001.", DefaultValueFactory = _ => 1e-3 };
        learningRate.Above(0, 1);
        Option<LearningRateShape> schedule = new("--schedule") { Description = "How the learning rate falls. Default: cosine.", DefaultValueFactory = _ => LearningRateShape.Cosine };
        Option<int> accumulation = Number("--accumulation", "Batches per update.", 1).From(1, 1_000_000);
        Option<double?> average = new("--average") { Description = "Keeps a moving average of the weights with this decay, such as 0.999, and measures and saves that." };
        Option<int?> patience = new("--patience") { Description = "Ends the run when as many measurements in a row brought nothing better." };
        Option<DirectoryInfo> output = new("--output") { Description = "Receives last/, earlier/, best/, metrics.jsonl, loss.png and report.html.", Required = true };
        Option<int> seed = Number("--seed", "Seeds weights and order.", 0);
        Option<bool> bf16 = new("--bf16") { Description = "bfloat16 products: faster on processors that have the instructions." };
        Option<string> device = new("--device") { Description = "cpu (default), or cuda for a GPU, with a libtorch that can use it.", DefaultValueFactory = _ => "cpu" };
        Option<bool> resume = new("--resume") { Description = "Goes on from the last checkpoint of the output folder." };
        Option<bool> json = CommandAction.Json();
        Command command = new("train", "Trains a model from scratch; nine tenths of the text to learn from, the rest to measure on.")
        {
            data, tokenizer, vocabulary, layers, heads, width, block, batch, iterations, learningRate, schedule, accumulation, average, patience, output, seed, bf16, device, resume, json,
        };
        command.Handle((parsed, cancellationToken) => Task.Run(
            () =>
            {
                RequireDivisor(parsed.GetValue(heads), parsed.GetValue(width));
                if (parsed.GetValue(bf16) && parsed.GetValue(device) == "cpu")
                {
                    Bfloat16.Warn();
                }

                string text = File.ReadAllText(parsed.GetValue(data)!.FullName);
                ITokenizer ids = parsed.GetValue(tokenizer) == "char"
                    ? CharacterTokenizer.FromText(text)
                    : BytePairTrainer.Train([text], new BytePairTrainingOptions { VocabularySize = parsed.GetValue(vocabulary), ControlTokens = [EndOfText] }, progress: null, cancellationToken);
                TransformerConfig config = new()
                {
                    VocabularySize = ids.VocabularySize,
                    ContextLength = parsed.GetValue(block),
                    Width = parsed.GetValue(width),
                    Layers = parsed.GetValue(layers),
                    Heads = parsed.GetValue(heads),
                    // nanoGPT's setting: learned positions, LayerNorm, GELU, no biases, tied head.
                    Positions = PositionEncoding.Learned,
                    Normalization = Normalization.LayerNorm,
                    Activation = Activation.Gelu,
                    TiedHead = true,
                };
                config.Validate();
                TrainingMemory.Require(config, config.ParameterCount(), (long)parsed.GetValue(batch) * config.ContextLength, config.ContextLength, "lower --width, --layers, --batch or --block");
                using CausalTransformer model = new(config, new TransformerOptions
                {
                    Seed = parsed.GetValue(seed), Precision = parsed.GetValue(bf16) ? Precision.BFloat16 : Precision.Full, Device = parsed.GetValue(device)!,
                });
                TokenDataset tokens = new(ids.Encode(text), new TokenDatasetOptions
                {
                    BatchSize = parsed.GetValue(batch), BlockLength = parsed.GetValue(block), Seed = parsed.GetValue(seed),
                });
                TrainerOptions options = new()
                {
                    Iterations = parsed.GetValue(iterations),
                    LearningRate = parsed.GetValue(learningRate),
                    LearningRateShape = parsed.GetValue(schedule),
                    GradientAccumulation = parsed.GetValue(accumulation),
                    AverageDecay = parsed.GetValue(average),
                    Patience = parsed.GetValue(patience),
                    // nanoGPT's setting for a CPU, where batches are small.
                    Optimizer = new AdamWOptions { Beta2 = .99 },
                    OutputFolder = parsed.GetValue(output)!.FullName,
                    Resume = parsed.GetValue(resume),
                    Seed = parsed.GetValue(seed),
                };
                using Trainer trainer = new(model, tokens, options, ids);
                TrainingResult result = trainer.Train(new TrainingView(), cancellationToken);
                Write(result, parsed.GetValue(json));
                return ExitCodes.Done;
            },
            CancellationToken.None));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = $"{description} Default: {value.ToString(CultureInfo.InvariantCulture)}.", DefaultValueFactory = _ => value };

    private static void RequireDivisor(int heads, int width)
    {
        if (width % heads != 0)
        {
            throw new ArgumentException($"--heads is {heads}; it must divide --width, which is {width}.");
        }
    }

    private static void Write(TrainingResult result, bool json)
    {
        TrainingView.Warn(result);
        if (json)
        {
            JsonLines.Write(TrainingView.Of(result));
        }
        else
        {
            Console.Out.WriteLine(result with { Warnings = [] });
        }
    }
}
