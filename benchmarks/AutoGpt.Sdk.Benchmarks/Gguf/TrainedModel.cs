using System.Globalization;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>A network of a small shape that this library's trainer has taught the beginning of its licence, exported as a GGUF file in single precision.</summary>
internal static class TrainedModel
{
    private const string EndOfText = "<|endoftext|>";
    private const int Length = 320;
    private const int Iterations = 100;

    private static readonly Lazy<string> s_text = new(() => File.ReadAllText(Path.Combine(Repository.Root, "LICENSE")));

    /// <summary>The first ids of the text.</summary>
    /// <param name="file">A model that was trained on it, of any type.</param>
    /// <param name="length">How many.</param>
    public static int[] Prompt(string file, int length)
    {
        using ModelFile model = ModelFile.Open(file);
        return model.Tokenizer.Encode(s_text.Value)[..length];
    }

    /// <summary>Teaches a low-rank adapter of all linear layers the beginning of another text.</summary>
    /// <param name="model">A model that was trained here.</param>
    /// <param name="ids">The text, longer than what is taught of it.</param>
    /// <exception cref="InvalidOperationException">It was hardly learnt.</exception>
    public static LoraAdapter Teach(ModelFile model, int[] ids)
    {
        using CausalTransformer network = new(model.Config);
        network.LoadWeights(model.Tensors);
        using LowRankAdaptation lora = new(network, new LoraConfig { Rank = 8, Alpha = 16 }, seed: 1);
        Train(new AdapterObjective(network, lora, new CausalObjective(network, new OneText(ids[..(Length + 1)])), model.Name), 1e-2, 4, model.Name); // From about 8: the shape of GPT-2 knows its own text by its positions and is slow to learn another.
        return (LoraAdapter)lora.ToAdapter(model.Name);
    }

    /// <summary>Trains and writes.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">The network did not learn the text.</exception>
    public static void Write(GgufShape shape, string path)
    {
        // Few merges: a text of a thousand characters must be long enough in tokens.
        BytePairTokenizer tokenizer = BytePairTrainer.Train([s_text.Value], new BytePairTrainingOptions { VocabularySize = 320, ControlTokens = [EndOfText] });
        using CausalTransformer model = new(shape.Config, new TransformerOptions { Seed = 1 });
        Train(new CausalObjective(model, new OneText(tokenizer.Encode(s_text.Value)[..(Length + 1)])), 2e-3, 0.01, shape.Name);
        using TensorList weights = new(model.CopyWeights());
        GgufModelWriter.Write(path, shape.Config, tokenizer, weights, new GgufExportOptions { Type = GgufType.F32, Name = shape.Name });
    }

    private static void Train(ITrainingObjective objective, double learningRate, double enough, string? name)
    {
        using Trainer trainer = new(objective, new TrainerOptions
        {
            Iterations = Iterations, WarmUpIterations = 10, LearningRate = learningRate, EvaluationInterval = Iterations, ReportInterval = 10,
        });
        TrainingResult result = trainer.Train(new ErrorProgress());
        if (!(result.TrainingLoss < enough))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name} does not know its text: the loss is {result.TrainingLoss} where {enough} is wanted."));
        }
    }

    // The same row in every batch, from its beginning: learned positions are those of the comparison.
    private sealed class OneText(int[] ids) : IBatchSource
    {
        private readonly TokenBatch _batch = new(1, ids.Length - 1, ids[..^1], ids[1..]);

        public string Fingerprint => "one text";

        public int MaximumLength => _batch.Length;

        public TokenBatch GetTrainingBatch(long index) => _batch;

        public IEnumerable<TokenBatch> GetValidationBatches(int maximum) => [];
    }

    private sealed class ErrorProgress : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Console.Error.WriteLine(value);
    }
}
