using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>Letters to be copied or written backwards, as a sign before them says: the share of 500 held-out texts of one to twelve letters that an encoder–decoder gets right in all letters, decoded greedily.</summary>
internal sealed class ReversalFigure : IFigure
{
    private const int HeldOut = 500, Longest = 12;
    private static readonly CharacterTokenizer s_tokenizer = CharacterTokenizer.FromText("abcdefghijklmnopqrstuvwxyz<>");

    public string Name => "reversal";

    public string Usage => "[--iterations 4000] [--rate 2e-3] [--seed 0]: exact match of an encoder–decoder that copies and reverses, on 500 held-out texts";

    public string[] Options => ["--iterations", "--rate", "--seed"];

    public void Run(CommandArguments arguments, FigureOutput output)
    {
        int seed = arguments.Number("--seed", 0);
        TransformerConfig config = new()
        {
            VocabularySize = s_tokenizer.VocabularySize + 1, ContextLength = Longest + 2, Width = 64, Layers = 2, Heads = 4, TiedHead = true, Positions = PositionEncoding.Learned,
        };
        using TextToTextModel model = new(
            new EncoderDecoderTransformer(new EncoderDecoderConfig { Encoder = config, Decoder = config }, new TransformerOptions { Seed = seed }), s_tokenizer, new BeamSearchOptions { Beams = 1 });
        HashSet<string> heldOut = [];
        for (int i = 0; heldOut.Count < HeldOut; i++)
        {
            heldOut.Add(Text(seed, -1 - i));
        }

        string[] measured = [.. heldOut];
        SequencePairDataset data = new(
            Enumerable.Range(0, 20_000).Select(i => Text(seed, i)).Where(text => !heldOut.Contains(text)).Select(Pair), measured.Select(Pair), new LengthBatchingOptions { TokensPerBatch = 1024, Seed = seed });
        TrainerOptions options = new()
        {
            Iterations = arguments.Number("--iterations", 4000), LearningRate = arguments.Real("--rate", 2e-3), EvaluationInterval = 500, Seed = seed, Threads = 1, Optimizer = new AdamWOptions { WeightDecay = .01 },
        };
        using Trainer trainer = new(new SequenceToSequenceObjective(model, data), options with { Callbacks = [new Curve(model, measured, output)] });
        TrainingResult result = trainer.Train();
        output.Result(("exactMatch", ExactMatch(model, measured)), ("heldOutTexts", HeldOut), ("validationLoss", result.ValidationLoss!), ("iterations", result.Iterations), ("seconds", result.Seconds));

        SequencePair Pair(string text) => new(model.EncodeSource(text), (int[])[.. s_tokenizer.Encode(Answer(text)), model.EndId]);
    }

    private static string Text(int seed, int number)
    {
        Random random = new(unchecked((seed * 1_000_003) + number));
        return (random.Next(2) == 0 ? '>' : '<') + new string([.. Enumerable.Range(0, random.Next(1, Longest + 1)).Select(_ => (char)('a' + random.Next(26)))]);
    }

    private static string Answer(string text) => text[0] == '>' ? text[1..] : new string([.. text[1..].Reverse()]);

    private static double ExactMatch(TextToTextModel model, string[] texts) => texts.Count(text => model.Transform(text) == Answer(text)) / (double)texts.Length;

    private sealed class Curve(TextToTextModel model, string[] measured, FigureOutput output) : TrainingCallback
    {
        public override void OnMeasured(Trainer trainer, TrainingProgress report) =>
            output.Point(("iteration", report.Iteration), ("seconds", report.Seconds), ("validationLoss", report.ValidationLoss!), ("exactMatch", ExactMatch(model, measured)));
    }
}
