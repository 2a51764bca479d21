using System.CommandLine;
using AutoGpt.Cli.Input;
using AutoGpt.Cli.Models;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Commands;

/// <summary><c>evaluate</c>: measures a model on records.</summary>
internal static class EvaluateCommand
{
    private const string All = "all";

    public static Command Create()
    {
        DataOptions data = new();
        Option<string> model = new("--model") { Description = "A GGUF file, a model folder, or mini.", Required = true };
        Option<string?> adapter = ModelSource.AdapterOption();
        Option<string> backend = ModelSource.BackendOption();
        Option<int?> threads = ModelSource.ThreadsOption();
        Option<string> split = new("--split") { Description = "test (default), validation, training, or all: every record, without a split. Examples and labels come from the training part, or from all.", DefaultValueFactory = _ => "test" };
        split.AcceptOnlyFromAmong("test", "validation", "training", All);
        Option<int> shots = new("--shots") { Description = "Examples that are shown before each question. Default: 0." };
        shots.From(0, 1000);
        Option<EvaluationParts[]> metrics = new("--metrics") { Description = "likelihood (loss, perplexity), answers (exact match, BLEU, chrF, ROUGE), labels (accuracy, F1, confusion, calibration); default: all that the records have.", AllowMultipleArgumentsPerToken = true };
        Option<string[]> labels = new("--labels") { Description = "All labels there are. Default: those of the training part.", AllowMultipleArgumentsPerToken = true };
        Option<bool> perToken = new("--per-token") { Description = "Compares labels by the mean log-probability of their tokens, which does not favour short ones." };
        Option<string> tokenization = new("--bleu") { Description = "How BLEU cuts words: 13a (default), zh, char or none.", DefaultValueFactory = _ => "13a" };
        tokenization.AcceptOnlyFromAmong("13a", "zh", "char", "none");
        Option<bool> normalize = new("--normalize") { Description = "Exact matches without case, punctuation and articles, as in SQuAD." };
        Option<int> maxTokens = new("--max-tokens") { Description = "Tokens of an answer at most. Default: 128.", DefaultValueFactory = _ => 128 };
        maxTokens.AtLeast(1);
        Option<int?> limit = new("--limit") { Description = "Records to measure at most, evenly spread over the part." };
        limit.Require<int>(count => count >= 1, "at least 1");
        Option<int> seed = new("--seed") { Description = "Seeds examples and intervals. Default: 0." };
        Option<FileInfo?> output = new("--output") { Description = "Receives what became of each record, one JSON object a line." };
        Option<bool> json = CommandAction.Json();
        Command command = new("evaluate", "Measures a model on records: loss, answers, labels, each with a 95 % interval.")
        {
            model, adapter, backend, threads, split, shots, metrics, labels, perToken, tokenization, normalize, maxTokens, limit, seed, output, json,
        };
        data.AddTo(command);
        command.Handle(async (parsed, cancellationToken) =>
        {
            bool whole = parsed.GetValue(split) == All;
            Corpus corpus = await Task.Run(() => data.Prepare(parsed, whole, cancellationToken), CancellationToken.None);
            DataPart part = whole ? DataPart.Training : Enum.Parse<DataPart>(parsed.GetValue(split)!, ignoreCase: true);
            TextRecord[] pool = [.. corpus.Read(DataPart.Training, cancellationToken)];
            string[] named = parsed.GetValue(labels) is { Length: > 0 } given ? [.. given.SelectMany(label => label.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))] : [];
            LabelSet known = named.Length > 0 ? new LabelSet(named) : LabelSet.Of(pool);
            TextRecord[] records = Known(part == DataPart.Training ? pool : [.. corpus.Read(part, cancellationToken)], known, data.SkipsInvalid(parsed));
            records = parsed.GetValue(limit) is int most ? Spread.Over(records, most) : records;
            if (records.Length == 0)
            {
                throw new ArgumentException($"No record is in the {parsed.GetValue(split)} part: take --split {All}, or more records.");
            }

            using PredictionsFile? predictions = parsed.GetValue(output) is { } file ? new PredictionsFile(file.FullName) : null;
            string path = parsed.GetValue(model)!;
            using CausalLanguageModel loaded = await ModelSource.LoadAsync(path, parsed.GetValue(backend)!, parsed.GetValue(threads), cancellationToken);
            ITokenModel asked = ModelSource.Adapt(loaded, parsed.GetValue(adapter)) is { } name ? loaded.WithAdapter(name) : loaded;
            ModelEvaluationOptions options = new()
            {
                Parts = parsed.GetValue(metrics) is { Length: > 0 } parts ? parts.Aggregate((all, each) => all | each) : null,
                Shots = parsed.GetValue(shots),
                Labels = named.Length > 0 ? named : null,
                LabelFormat = data.LabelFormat(parsed),
                LabelScoring = parsed.GetValue(perToken) ? LabelScoring.PerToken : LabelScoring.Sum,
                Bleu = new BleuOptions { Tokenization = Tokenization(parsed.GetValue(tokenization)!) },
                NormalizeAnswers = parsed.GetValue(normalize),
                Generation = new GenerationOptions { MaxTokens = parsed.GetValue(maxTokens) },
                Seed = parsed.GetValue(seed),
                Bootstrap = new BootstrapOptions { Seed = parsed.GetValue(seed) },
            };
            ModelEvaluation evaluation = new(asked, path == ModelSource.Mini ? null : ModelChatTemplate.Open(path), options);
            ModelEvaluationReport report = await evaluation.RunAsync(records, pool, new EvaluationProgress("evaluation"), cancellationToken);

            // The figures first: they must not be lost where the file cannot be written.
            if (parsed.GetValue(json))
            {
                JsonLines.Write(EvaluationView.Of(report));
            }
            else
            {
                Console.Out.WriteLine(Printable.Text(report.ToString()));
            }

            predictions?.Write(report);
            return ExitCodes.Done;
        });
        return command;
    }

    private static TextRecord[] Known(TextRecord[] records, LabelSet labels, bool skip)
    {
        TextRecord[] known = [.. records.Where(labels.Knows)];
        if (skip && known.Length < records.Length)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"skipped: {records.Length - known.Length} records with labels that are not in the training part"));
        }

        return skip ? known : records;
    }

    private static BleuTokenization Tokenization(string name) => name switch
    {
        "zh" => BleuTokenization.Chinese,
        "char" => BleuTokenization.Character,
        "none" => BleuTokenization.None,
        _ => BleuTokenization.Mteval13a,
    };
}
