using System.CommandLine;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk.Training;

namespace AutoGpt.Cli.Input;

/// <summary>The options that say what records are read, cleaned and split of; a command that trains and one that measures must give the same.</summary>
internal sealed class DataOptions
{
    private const int Told = 10;

    private readonly Option<string> _data = new("--data") { Description = "A .jsonl, .csv, .tsv, .txt or .md file, or a folder of such.", Required = true };
    private readonly Option<bool> _skipInvalid = new("--skip-invalid") { Description = "Passes over lines that cannot be read and labels that are not to be learnt, and tells of them, instead of stopping." };
    private readonly Option<bool> _keepDuplicates = new("--keep-duplicates") { Description = "Keeps near duplicates, all in the part of their first." };
    private readonly Option<double> _validation = Share("--validation", "to choose the best checkpoint by");
    private readonly Option<double> _test = Share("--test", "to measure on before and after");
    private readonly Option<string> _textField = Field("--text-field", "text");
    private readonly Option<string> _promptField = Field("--prompt-field", "prompt");
    private readonly Option<string> _completionField = Field("--completion-field", "completion");
    private readonly Option<string> _labelField = Field("--label-field", "label");
    private readonly Option<string> _messagesField = Field("--messages-field", "messages");
    private readonly Option<string> _labelPrompt = new("--label-prompt")
    {
        Description = $"How a text with a label is put to the model: {{text}} stands for the text. Default: '{new LabelFormat().Prompt.Replace("\n", "\\n", StringComparison.Ordinal)}'.",
        DefaultValueFactory = _ => new LabelFormat().Prompt,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _skipInvalid, _keepDuplicates, _validation, _test, _textField, _promptField, _completionField, _labelField, _messagesField, _labelPrompt])
        {
            command.Add(option);
        }
    }

    public bool SkipsInvalid(ParseResult parsed) => parsed.GetValue(_skipInvalid);

    public LabelFormat LabelFormat(ParseResult parsed) => new() { Prompt = parsed.GetValue(_labelPrompt)!.Replace("\\n", "\n", StringComparison.Ordinal) };

    /// <summary>Reads, cleans and splits, and tells what became of the records.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="whole">Whether nothing is held out and nothing left out as a duplicate.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Corpus Prepare(ParseResult parsed, bool whole, CancellationToken cancellationToken)
    {
        Corpus corpus = Corpus.Prepare(
            parsed.GetValue(_data)!,
            new CorpusOptions
            {
                Reading = new RecordReaderOptions
                {
                    OnFault = SkipsInvalid(parsed) ? FaultAction.Skip : FaultAction.Stop,
                    TextField = parsed.GetValue(_textField)!,
                    PromptField = parsed.GetValue(_promptField)!,
                    CompletionField = parsed.GetValue(_completionField)!,
                    LabelField = parsed.GetValue(_labelField)!,
                    MessagesField = parsed.GetValue(_messagesField)!,
                },
                Duplicates = whole ? null : new NearDuplicateOptions(),
                KeepDuplicates = parsed.GetValue(_keepDuplicates),
                Split = whole ? new DataSplitOptions { ValidationShare = 0, TestShare = 0 } : new DataSplitOptions { ValidationShare = parsed.GetValue(_validation), TestShare = parsed.GetValue(_test) },
            },
            new CountProgress(),
            cancellationToken);
        foreach (DatasetException fault in corpus.Report.FirstFaults.Take(Told))
        {
            Console.Error.WriteLine("skipped: " + Printable.Line(fault.Message, 1000));
        }

        Console.Error.WriteLine(Printable.Line(corpus.Report.ToString(), 1000));
        return corpus;
    }

    private static Option<double> Share(string name, string purpose)
    {
        Option<double> option = new(name) { Description = $"Share of the records that is held out {purpose}. Default: 0.1.", DefaultValueFactory = _ => .1 };
        return option.From(0, .9);
    }

    private static Option<string> Field(string name, string value) => new(name) { Description = $"Field or column of that. Default: {value}.", DefaultValueFactory = _ => value };

    private sealed class CountProgress : IProgress<int>
    {
        private const int Interval = 100_000;

        public void Report(int value)
        {
            if (value % Interval == 0)
            {
                Console.Error.WriteLine(FormattableString.Invariant($"{value:N0} records read"));
            }
        }
    }
}
