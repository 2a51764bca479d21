using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>What a <see cref="ModelEvaluation"/> found. Each figure has the interval in which it would lie had other records been drawn.</summary>
public sealed record ModelEvaluationReport
{
    /// <summary>Loss and perplexity; null where they were not measured.</summary>
    public required LikelihoodFigures? Likelihood { get; init; }

    /// <summary>Generated answers; null where there were none.</summary>
    public required AnswerFigures? Answers { get; init; }

    /// <summary>Labels; null where there were none.</summary>
    public required LabelFigures? Labels { get; init; }

    /// <summary>Examples before each question.</summary>
    public required int Shots { get; init; }

    /// <summary>Records that are in no figure: with their examples they are longer than the model's context.</summary>
    public required int TooLong { get; init; }

    /// <summary>What became of each record, in the order they were given.</summary>
    public required IReadOnlyList<EvaluatedRecord> Records { get; init; }

    /// <summary>The figures, one a line.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Records.Count} records, {Shots} shots{(TooLong > 0 ? $", {TooLong} left out: longer than the context" : "")}");
        foreach ((string name, ConfidenceInterval figure) in Figures)
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"{name,-20}{figure}");
        }

        if (Labels is not null)
        {
            text.Append("\nright label (row) taken for (column):\n").Append(Labels.Confusion);
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Every figure by name, as <c>loss</c>, <c>bleu</c> or <c>macroF1</c>.</summary>
    public IEnumerable<(string Name, ConfidenceInterval Figure)> Figures =>
    [
        .. Likelihood is { } likelihood ? new[] { ("loss", likelihood.Loss), ("perplexity", likelihood.Perplexity) } : [],
        .. Answers is { } answers
            ? new[] { ("exactMatch", answers.ExactMatch), ("bleu", answers.Bleu), ("chrF", answers.ChrF), ("rouge1", answers.Rouge1), ("rouge2", answers.Rouge2), ("rougeL", answers.RougeL) }
            : [],
        .. Labels is { } labels ? new[] { ("accuracy", labels.Accuracy), ("microF1", labels.MicroF1), ("macroF1", labels.MacroF1), ("calibrationError", labels.CalibrationError) } : [],
    ];
}

/// <summary>How probable a model finds texts, answers and the ends of them.</summary>
/// <param name="Records">Records measured.</param>
/// <param name="Tokens">Tokens that were foreseen.</param>
/// <param name="Loss">Nats per token, over all tokens alike.</param>
/// <param name="Perplexity">e to the loss. Compares only over the same tokens.</param>
public sealed record LikelihoodFigures(int Records, long Tokens, ConfidenceInterval Loss, ConfidenceInterval Perplexity);

/// <summary>How near generated answers are to the right ones.</summary>
/// <param name="Records">Records answered.</param>
/// <param name="CutOff">Answers that reached the limit of tokens.</param>
/// <param name="ExactMatch">Share of answers that are right to the letter, from 0 to 1.</param>
/// <param name="Bleu">Corpus BLEU, from 0 to 100.</param>
/// <param name="ChrF">Corpus chrF2, from 0 to 100.</param>
/// <param name="Rouge1">Mean F of words, from 0 to 1.</param>
/// <param name="Rouge2">Mean F of pairs of words, from 0 to 1.</param>
/// <param name="RougeL">Mean F of the longest common subsequence, from 0 to 1.</param>
/// <param name="BleuSignature">BLEU's settings in sacreBLEU's notation, to be given beside the score.</param>
public sealed record AnswerFigures(
    int Records, int CutOff, ConfidenceInterval ExactMatch, ConfidenceInterval Bleu, ConfidenceInterval ChrF, ConfidenceInterval Rouge1, ConfidenceInterval Rouge2, ConfidenceInterval RougeL, string BleuSignature);

/// <summary>Which labels a model chooses.</summary>
/// <param name="Records">Records measured.</param>
/// <param name="Accuracy">Share of right labels, from 0 to 1.</param>
/// <param name="MicroF1">F1 of the sums over labels; of one label for each record it is the accuracy.</param>
/// <param name="MacroF1">Mean F1 of the labels that occur, from 0 to 1.</param>
/// <param name="CalibrationError">Expected calibration error over 15 bins, from 0 to 1: how far off the probabilities are that the model gives its choices.</param>
/// <param name="Confusion">Which label was taken for which.</param>
public sealed record LabelFigures(
    int Records, ConfidenceInterval Accuracy, ConfidenceInterval MicroF1, ConfidenceInterval MacroF1, ConfidenceInterval CalibrationError, ConfusionMatrix Confusion);

/// <summary>What became of a record.</summary>
/// <param name="Record">The record as it was given.</param>
public sealed record EvaluatedRecord(TextRecord Record)
{
    /// <summary>The examples that were shown before it.</summary>
    public IReadOnlyList<TextRecord> Shots { get; init; } = [];

    /// <summary>Whether it is in no figure: with its examples it is longer than the context.</summary>
    public bool TooLong { get; init; }

    /// <summary>The loss of all its tokens together, in nats; null where it was not measured.</summary>
    public double? Nats { get; init; }

    /// <summary>Tokens that were foreseen.</summary>
    public int Tokens { get; init; }

    /// <summary>The right answer; null where it has none.</summary>
    public string? Reference { get; init; }

    /// <summary>The answer that was generated; null where none was.</summary>
    public Completion? Answer { get; init; }

    /// <summary>Whether the answer is the right one; null where there is none.</summary>
    public bool? IsExact { get; init; }

    /// <summary>The label chosen; null where none was.</summary>
    public string? PredictedLabel { get; init; }

    /// <summary>The probability of each label, among the labels, in their order; empty where none was chosen.</summary>
    public IReadOnlyList<double> LabelProbabilities { get; init; } = [];
}

/// <summary>How far an evaluation has come.</summary>
/// <param name="Done">Records done.</param>
/// <param name="Total">Records in all.</param>
public readonly record struct ModelEvaluationProgress(int Done, int Total)
{
    /// <summary>For instance <c>12 of 100 records</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Done} of {Total} records");
}
