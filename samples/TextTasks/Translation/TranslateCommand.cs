using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Samples.TextTasks.Translation;

/// <summary><c>translate</c>: an encoder–decoder learns to translate the .NET SDK's messages from English into Chinese, from nothing or after other programs' messages.</summary>
internal static class TranslateCommand
{
    private const int Context = 96;

    public static Command Create()
    {
        Option<DirectoryInfo> sdk = new("--sdk") { Description = "An SDK's folder. Default: that of the newest.", DefaultValueFactory = _ => new DirectoryInfo(NewestSdk()) };
        Option<DirectoryInfo?> catalogues = new("--catalogues") { Description = "A folder with .mo files of Chinese translations: the network learns these first." };
        Option<int> iterations = RunOptions.Iterations(2500);
        Option<int> held = new("--held-out") { Description = "Messages to measure on at most.", DefaultValueFactory = _ => 500 };
        Option<DirectoryInfo> output = RunOptions.Output("translation");
        Command command = new("translate", "Trains a translator from English into Chinese.") { sdk, catalogues, iterations, held, output };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetValue(sdk)!.FullName, parsed.GetValue(catalogues)?.FullName, parsed.GetValue(iterations), parsed.GetValue(held), parsed.GetValue(output)!, cancellationToken)));
        return command;
    }

    private static int Run(string sdk, string? catalogues, int iterations, int held, DirectoryInfo output, CancellationToken cancellationToken)
    {
        output.Create();
        string lines = Path.Combine(output.FullName, "messages.jsonl");
        Write(lines, ResourcePairs.Read(sdk));

        // Many messages differ in a word: they are alike by the English or the Chinese, and only the first of such stays.
        Corpus corpus = Corpus.Prepare(lines, new CorpusOptions { Cleaning = new TextCleanerOptions { MaximumLength = 400 }, Duplicates = new NearDuplicateOptions { Threshold = .7 } }, cancellationToken: cancellationToken);
        Console.Error.WriteLine(corpus.Report);
        TextRecord[] training = [.. corpus.Read(DataPart.Training, cancellationToken)];
        TextRecord[] earlier = catalogues is null ? [] : Earlier(catalogues, output, corpus, cancellationToken);
        BytePairTokenizer tokenizer = BytePairTrainer.Train(
            training.Concat(earlier).SelectMany(pair => (string[])[pair.Prompt!, pair.Completion!]),
            new BytePairTrainingOptions { VocabularySize = 4000, ControlTokens = ["<|endoftext|>"] }, progress: null, cancellationToken);
        TransformerConfig shape = new()
        {
            VocabularySize = tokenizer.VocabularySize, ContextLength = Context, Width = 128, Layers = 2, Heads = 4, FeedForwardWidth = 256, TiedHead = true, Positions = PositionEncoding.Sinusoidal,
        };
        using TextToTextModel model = new(
            new EncoderDecoderTransformer(new EncoderDecoderConfig { Encoder = shape, Decoder = shape }, new TransformerOptions { Dropout = .1 }), tokenizer);
        TrainerOptions options = new()
        {
            Iterations = iterations, LearningRate = 2e-3, WarmUpIterations = 300, EvaluationInterval = 250, CheckpointInterval = 250, EvaluationBatches = 40, AverageDecay = .998, Resume = true,
        };
        SequencePair[] validation = [.. Pairs(corpus.Read(DataPart.Validation, cancellationToken))];
        if (earlier.Length > 0)
        {
            Train("earlier", Pairs(earlier));
        }

        Train("run", Pairs(training));
        using TextToTextModel best = TextToTextModel.Load(Path.Combine(output.FullName, "run", "best"));
        Measure(best, [.. corpus.Read(DataPart.Test, cancellationToken).Where(pair => Fits(pair)).Take(held)], cancellationToken);
        Console.WriteLine($"The translator is in {Path.Combine(output.FullName, "run", "best")}: TextToTextModel.Load reads it.");
        return 0;

        void Train(string folder, IEnumerable<SequencePair> pairs)
        {
            SequencePairDataset data = new(pairs, validation, new LengthBatchingOptions { TokensPerBatch = 2048 });
            using Trainer trainer = new(new SequenceToSequenceObjective(model, data, labelSmoothing: .1), options with { OutputFolder = Path.Combine(output.FullName, folder) });
            Console.Error.WriteLine(trainer.Train(new ErrorProgress<TrainingProgress>(), cancellationToken));
        }

        bool Fits(TextRecord pair) => model.EncodeSource(pair.Prompt!).Length <= Context && tokenizer.Encode(pair.Completion!).Length < Context;

        IEnumerable<SequencePair> Pairs(IEnumerable<TextRecord> records) =>
            records.Where(Fits).Select(pair => new SequencePair(model.EncodeSource(pair.Prompt!), (int[])[.. tokenizer.Encode(pair.Completion!), model.EndId]));
    }

    private static void Measure(TextToTextModel model, TextRecord[] held, CancellationToken cancellationToken)
    {
        BleuOptions zh = new() { Tokenization = BleuTokenization.Chinese };
        List<BleuCounts> counts = [];
        List<string> said = [];
        foreach (TextRecord pair in held)
        {
            said.Add(model.Transform(pair.Prompt!, cancellationToken));
            counts.Add(Bleu.Count(said[^1], [pair.Completion!], zh));
        }

        foreach ((TextRecord pair, string text) in held.Zip(said).Take(8))
        {
            Console.WriteLine($"{pair.Prompt}\n  said {text}\n  is   {pair.Completion}");
        }

        ConfidenceInterval interval = Bootstrap.Interval(counts, sample => Bleu.Score(sample, zh).Value, cancellationToken: cancellationToken);
        double chrf = ChrF.Corpus(said, [.. held.Select(pair => pair.Completion!)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"BLEU {Bleu.Score(CollectionsMarshal.AsSpan(counts), zh).Value:0.0} (zh; {interval}), chrF {chrf:0.0}, {held.Length} messages held out"));
    }

    private static TextRecord[] Earlier(string catalogues, DirectoryInfo output, Corpus corpus, CancellationToken cancellationToken)
    {
        string lines = Path.Combine(output.FullName, "earlier.jsonl");
        Write(lines, Directory.EnumerateFiles(catalogues, "*.mo", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(MessageCatalogue.Read));
        HashSet<string> measured = [.. corpus.Read(DataPart.Validation, cancellationToken).Concat(corpus.Read(DataPart.Test, cancellationToken)).Select(pair => pair.Prompt!)];
        Corpus others = Corpus.Prepare(lines, new CorpusOptions { Cleaning = new TextCleanerOptions { MaximumLength = 400 }, Split = new DataSplitOptions { ValidationShare = 0, TestShare = 0 } }, cancellationToken: cancellationToken);
        Console.Error.WriteLine(others.Report);
        return [.. others.Read(DataPart.Training, cancellationToken).Where(pair => !measured.Contains(pair.Prompt!))];
    }

    private static void Write(string path, IEnumerable<(string English, string Chinese)> pairs)
    {
        using StreamWriter lines = new(path);
        foreach ((string english, string chinese) in pairs.Distinct())
        {
            // Names and figures that stay as they are teach nothing.
            if (english.Trim().Length > 1 && chinese.Any(letter => letter is >= '\u4e00' and <= '\u9fff'))
            {
                lines.WriteLine(new JsonObject { ["prompt"] = english, ["completion"] = chinese }.ToJsonString(JsonSerializerOptions.Default));
            }
        }
    }

    private static string NewestSdk()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk"));
        return Directory.Exists(root) ? Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).Last() : throw new DirectoryNotFoundException($"There is no SDK in '{root}': name one with --sdk.");
    }
}
