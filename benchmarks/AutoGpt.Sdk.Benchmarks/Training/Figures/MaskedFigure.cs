using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>
/// Hidden tokens that the others determine: words of three to six random letters, five times over. A letter is lost only where all its copies are hidden, one time in two thousand; an encoder that
/// attends to copies at any distance finds the rest.
/// </summary>
internal sealed class MaskedFigure : IFigure
{
    private const int HeldOut = 500, Copies = 5, Longest = 6;
    private static readonly CharacterTokenizer s_tokenizer = CharacterTokenizer.FromText("abcdefghijklmnopqrstuvwxyz");

    public string Name => "masked";

    public string Usage => "[--iterations 3000] [--rate 2e-3] [--seed 0]: accuracy of an encoder on hidden letters of 500 held-out texts";

    public string[] Options => ["--iterations", "--rate", "--seed"];

    public void Run(CommandArguments arguments, FigureOutput output)
    {
        int seed = arguments.Number("--seed", 0);
        TransformerConfig config = new() { VocabularySize = s_tokenizer.VocabularySize + 1, ContextLength = Copies * Longest, Width = 64, Layers = 2, Heads = 4, TiedHead = true };
        using MaskedLanguageModel model = new(new EncoderTransformer(config, new TransformerOptions { Seed = seed }), s_tokenizer);
        int[][] heldOut = [.. Enumerable.Range(0, HeldOut).Select(i => Text(seed, -1 - i))];
        HashSet<string> words = [.. heldOut.Select(text => string.Join(' ', text))];
        IEnumerable<TrainingExample> examples = Enumerable.Range(0, 20_000).Select(i => Text(seed, i)).Where(text => !words.Contains(string.Join(' ', text)))
            .Select(text => new TrainingExample((int[])[.. text, text[0]], 0)); // What follows the last letter is not read.
        ExampleDataset data = new(examples, heldOut.Select(text => new TrainingExample((int[])[.. text, text[0]], 0)), new ExampleDatasetOptions { TokensPerBatch = 1024, LengthMultiple = 1, Seed = seed });
        TrainerOptions options = new()
        {
            Iterations = arguments.Number("--iterations", 3000), LearningRate = arguments.Real("--rate", 2e-3), EvaluationInterval = 500, Seed = seed, Threads = 1, Optimizer = new AdamWOptions { WeightDecay = .01 },
        };
        using Trainer trainer = new(new MaskedObjective(model, data), options with { Callbacks = [new Curve(model, heldOut, output)] });
        TrainingResult result = trainer.Train();
        output.Result(("accuracy", Accuracy(model, heldOut)), ("heldOutTexts", HeldOut), ("validationLoss", result.ValidationLoss!), ("iterations", result.Iterations), ("seconds", result.Seconds));
    }

    private static int[] Text(int seed, int number)
    {
        Random random = new(unchecked((seed * 1_000_003) + number));
        int[] word = [.. Enumerable.Range(0, random.Next(3, Longest + 1)).Select(_ => random.Next(26))];
        return [.. Enumerable.Repeat(word, Copies).SelectMany(letters => letters)];
    }

    // Fifteen in a hundred letters are hidden, all behind the mask.
    private static double Accuracy(MaskedLanguageModel model, int[][] texts)
    {
        (int right, int all) = (0, 0);
        for (int i = 0; i < texts.Length; i++)
        {
            Random random = new(i);
            int[] places = [.. Enumerable.Range(0, texts[i].Length).Where(_ => random.NextDouble() < .15)];
            if (places.Length == 0)
            {
                continue;
            }

            int[] read = [.. texts[i].Select((id, place) => places.Contains(place) ? model.MaskId : id)];
            IReadOnlyList<IReadOnlyList<(int Id, float Probability)>> guesses = model.Foresee(read, top: 1);
            right += guesses.Where((guess, at) => guess[0].Id == texts[i][places[at]]).Count();
            all += places.Length;
        }

        return right / (double)all;
    }

    private sealed class Curve(MaskedLanguageModel model, int[][] heldOut, FigureOutput output) : TrainingCallback
    {
        public override void OnMeasured(Trainer trainer, TrainingProgress report) =>
            output.Point(("iteration", report.Iteration), ("seconds", report.Seconds), ("validationLoss", report.ValidationLoss!), ("accuracy", Accuracy(model, heldOut)));
    }
}
