using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>
/// Tiny Shakespeare, character by character (Karpathy, nanoGPT): the first 90 % are trained on, the loss is measured over all of the rest. <c>nanogpt</c> is the setting its README gives for a
/// CPU, 1.88 nats a character after 2,000 updates; <c>better</c> is what we think half an hour on two cores is best spent on.
/// </summary>
internal sealed class ShakespeareFigure : IFigure
{
    public string Name => "shakespeare";

    public string Usage => "--data FILE [--setting nanogpt|better] [--iterations N] [--evaluate N] [--layers N] [--width N] [--heads N] [--block N] [--batch N] [--rate X] [--dropout X] [--average X, 0 for none] [--decay X] "
        + "[--optimizer muon|adamw] [--threads N] [--shape cosine|linear|warmupstabledecay] [--seed N]: nats a character of the held-out tenth";

    public string[] Options => ["--data", "--setting", "--iterations", "--evaluate", "--layers", "--width", "--heads", "--block", "--batch", "--rate", "--dropout", "--average", "--decay", "--optimizer", "--shape", "--threads", "--seed"];

    public void Run(CommandArguments arguments, FigureOutput output)
    {
        string text = File.ReadAllText(arguments.Text("--data") ?? throw new ArgumentException("--data names the text: input.txt of Karpathy's char-rnn, 1,115,394 characters."));
        CharacterTokenizer tokenizer = CharacterTokenizer.FromText(text);
        bool isBetter = (arguments.Text("--setting") ?? "nanogpt") switch
        {
            "nanogpt" => false,
            "better" => true,
            string other => throw new ArgumentException($"There is no setting '{other}': nanogpt and better are known."),
        };
        int block = arguments.Number("--block", isBetter ? 128 : 64), batch = arguments.Number("--batch", isBetter ? 16 : 12), seed = arguments.Number("--seed", 0);
        int width = arguments.Number("--width", isBetter ? 192 : 128);
        TransformerConfig config = new()
        {
            VocabularySize = tokenizer.VocabularySize, ContextLength = block, Width = width, TiedHead = true,
            Layers = arguments.Number("--layers", 4), Heads = arguments.Number("--heads", isBetter ? 6 : 4), FeedForwardWidth = isBetter ? width * 8 / 3 / 16 * 16 : 4 * width,
            Positions = isBetter ? PositionEncoding.Rotary : PositionEncoding.Learned,
            Normalization = isBetter ? Normalization.RmsNorm : Normalization.LayerNorm,
            Activation = isBetter ? Activation.SwiGlu : Activation.Gelu,
            QueryKeyNorm = isBetter,
        };
        double rate = arguments.Real("--rate", isBetter ? 4e-3 : 1e-3), average = arguments.Real("--average", isBetter ? .995 : 0), decay = arguments.Real("--decay", .1);
        TrainerOptions options = new()
        {
            Threads = arguments.Number("--threads", Environment.ProcessorCount),
            Iterations = arguments.Number("--iterations", isBetter ? 1500 : 2000), EvaluationInterval = arguments.Number("--evaluate", 250), EvaluationBatches = int.MaxValue,
            LearningRate = rate, MinimumLearningRate = isBetter ? rate / 50 : rate / 10, WarmUpIterations = 100, Seed = seed, AverageDecay = average > 0 ? average : null,
            LearningRateShape = Enum.Parse<LearningRateShape>(arguments.Text("--shape") ?? (isBetter ? "linear" : "cosine"), ignoreCase: true),
            Optimizer = new AdamWOptions { Beta2 = .99, WeightDecay = decay },
            Muon = (arguments.Text("--optimizer") ?? (isBetter ? "muon" : "adamw")) == "muon" ? new MuonOptions { WeightDecay = decay } : null,
        };
        int[] ids = [.. tokenizer.Encode(text)];
        TokenDataset data = new(ids, new TokenDatasetOptions { BlockLength = block, BatchSize = batch, Seed = seed });
        using CausalTransformer model = new(config, new TransformerOptions { Seed = seed, Dropout = arguments.Real("--dropout", isBetter ? .1 : 0) });
        using Trainer trainer = new(model, new WholeHeldOut(data, ids.AsMemory(data.TrainingTokens), rows: 64), options);
        TrainingResult result = trainer.Train(new Curve(output));
        output.Result(("validationLoss", result.ValidationLoss!), ("bestValidationLoss", result.BestValidationLoss!), ("bestIteration", result.BestIteration!), ("firstLoss", result.FirstLoss),
            ("trainingLoss", result.TrainingLoss), ("heldOutCharacters", data.ValidationTokens - 1), ("parameters", config.ParameterCount()), ("iterations", result.Iterations), ("tokens", result.Tokens),
            ("seconds", result.Seconds), ("tokensPerSecond", result.TokensPerSecond));
    }

    private sealed class Curve(FigureOutput output) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.ValidationLoss is double loss)
            {
                output.Point(("iteration", value.Iteration), ("tokens", value.Tokens), ("seconds", value.Seconds), ("trainingLoss", value.Loss ?? double.NaN), ("validationLoss", loss));
            }
        }
    }
}
