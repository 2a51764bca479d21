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
    private const double Enough = 0.01;

    private static readonly Lazy<string> s_text = new(() => File.ReadAllText(Path.Combine(Repository.Root, "LICENSE")));

    /// <summary>The first ids of the text.</summary>
    /// <param name="file">A model that was trained on it, of any type.</param>
    /// <param name="length">How many.</param>
    public static int[] Prompt(string file, int length)
    {
        using ModelFile model = ModelFile.Open(file);
        return model.Tokenizer.Encode(s_text.Value)[..length];
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
        using Trainer trainer = new(model, new OneText(tokenizer.Encode(s_text.Value)[..(Length + 1)]), new TrainerOptions
        {
            Iterations = Iterations, WarmUpIterations = 10, LearningRate = 2e-3, EvaluationInterval = Iterations, ReportInterval = 10,
        });
        TrainingResult result = trainer.Train(new ErrorProgress());
        if (!(result.TrainingLoss < Enough))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{shape.Name} does not know its text: the loss is {result.TrainingLoss} where {Enough} is wanted."));
        }

        using TensorList weights = new(model.CopyWeights());
        GgufModelWriter.Write(path, shape.Config, tokenizer, weights, new GgufExportOptions { Type = GgufType.F32, Name = shape.Name });
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
