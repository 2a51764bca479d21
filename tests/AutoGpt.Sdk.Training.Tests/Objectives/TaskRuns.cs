using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests.Objectives;

/// <summary>Small tasks that can be learned in seconds.</summary>
internal static class TaskRuns
{
    public const int Letters = 12;

    public static ITokenizer Tokenizer { get; } = CharacterTokenizer.FromText("abcdefghijkl");

    private static TransformerConfig Config { get; } = new()
    {
        VocabularySize = Letters + 1, ContextLength = 16, Width = 32, Layers = 2, Heads = 4, TiedHead = true, Positions = PositionEncoding.Learned,
    };

    public static TrainerOptions Options { get; } = new()
    {
        Iterations = 30, WarmUpIterations = 4, EvaluationInterval = 10, CheckpointInterval = 10, ReportInterval = 10, LearningRate = 3e-3, Optimizer = new AdamWOptions { WeightDecay = .01 },
    };

    /// <summary>Each kind of objective over a new network, and the network's owner.</summary>
    public static (ITrainingObjective Objective, IDisposable Owner) Create(string kind, double dropout = 0, bool recomputed = false)
    {
        TransformerOptions options = new() { Dropout = dropout, Seed = 1, CheckpointActivations = recomputed };
        switch (kind)
        {
            case "masked":
                MaskedLanguageModel masked = new(new EncoderTransformer(Config, options), Tokenizer);
                return (new MaskedObjective(masked, Texts(), new MaskingOptions { Share = .3 }), masked);
            case "encoder":
            case "causal":
                TextClassifier classifier = new(
                    new SequenceClassifier(kind == "causal" ? new CausalTransformer(Config, options) : new EncoderTransformer(Config, options), 3), Tokenizer, ["a", "b", "c"]);
                return (new ClassificationObjective(classifier, Classes()), classifier);
            case "pairs":
                TextToTextModel pairs = new(new EncoderDecoderTransformer(new EncoderDecoderConfig { Encoder = Config, Decoder = Config }, options), Tokenizer);
                return (new SequenceToSequenceObjective(pairs, Pairs(pairs.EndId), labelSmoothing: .1), pairs);
            default:
                EncoderTransformer trunk = new(Config, options);
                MaskedLanguageModel text = new(trunk, Tokenizer);
                TextClassifier judge = new(new SequenceClassifier(trunk, 3), Tokenizer, ["a", "b", "c"]);
                return (new MultiTaskObjective([new TrainingTask("text", new MaskedObjective(text, Texts()), 1), new TrainingTask("class", new ClassificationObjective(judge, Classes()), 2)]), judge);
        }
    }

    /// <summary>A letter says the one before and the one after it.</summary>
    public static ExampleDataset Texts() => new(Rows(300).Select(Row), Rows(40, 1000).Select(Row), new ExampleDatasetOptions { TokensPerBatch = 256 });

    /// <summary>The class is that of the first letter, whatever follows.</summary>
    public static ClassificationDataset Classes() => new(Rows(300).Select(Labelled), Rows(40, 1000).Select(Labelled), new LengthBatchingOptions { TokensPerBatch = 256 });

    /// <summary>The letters backwards.</summary>
    public static SequencePairDataset Pairs(int end) => new(
        Rows(1000).Select(row => Pair(row, end)), Rows(40, 1000).Select(row => Pair(row, end)), new LengthBatchingOptions { TokensPerBatch = 256 });

    public static IEnumerable<int[]> Rows(int count, int first = 0) => Enumerable.Range(first, count).Select(i =>
    {
        Random random = new(i);
        return Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.Next(Letters)).ToArray();
    });

    private static TrainingExample Row(int[] row) => new(Enumerable.Range(row[0], row.Length + 1).Select(id => id % Letters).ToArray(), 0);

    private static LabelledExample Labelled(int[] row) => new(row, row[0] % 3);

    private static SequencePair Pair(int[] row, int end) => new(row, (int[])[.. row.Reverse(), end]);
}
