namespace AutoGpt.Sdk.Training;

/// <summary>What a <see cref="ModelEvaluation"/> measures, and how.</summary>
public sealed record ModelEvaluationOptions
{
    /// <summary>What is measured. Default null: whatever the model and the records allow.</summary>
    public EvaluationParts? Parts { get; init; }

    /// <summary>
    /// Examples that are shown before each question (Brown et al. 2020), at least 0. Of texts with labels they are as evenly of all labels as can be. Which are shown depends on the seed and the
    /// question alone. Default 0.
    /// </summary>
    public int Shots { get; init; }

    /// <summary>Stands between examples where the model has no chat template, and ends an answer there. Not empty. Default: an empty line.</summary>
    public string ShotSeparator { get; init; } = "\n\n";

    /// <summary>Seed of the examples. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>All labels there are, at least two where given; a record with another one is an error. Default null: those of the pool.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>How a text with a label is put to the model. Default: the default form.</summary>
    public LabelFormat LabelFormat { get; init; } = new();

    /// <summary>How labels of different lengths are compared. Default <see cref="Training.LabelScoring.Sum"/>.</summary>
    public LabelScoring LabelScoring { get; init; } = LabelScoring.Sum;

    /// <summary>How answers are generated. Default: greedily, 128 tokens at most.</summary>
    public GenerationOptions Generation { get; init; } = new() { MaxTokens = 128 };

    /// <summary>Whether an exact match is one in SQuAD's normal form (<see cref="ExactMatch.Normalize"/>). White space at the ends never counts. Default false.</summary>
    public bool NormalizeAnswers { get; init; }

    /// <summary>How BLEU is taken. Default: 13a, case counts.</summary>
    public BleuOptions Bleu { get; init; } = new();

    /// <summary>Cuts a text into words for ROUGE. Default null: rouge-score's way, which knows a–z and 0–9 alone.</summary>
    public Func<string, IReadOnlyList<string>>? RougeWords { get; init; }

    /// <summary>Intervals. Default: 1000 samples, 95 %.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();

    /// <summary>Records that are read at once, at least 1; a model in this process reads them in common passes over its weights. Changes no figure. Default 8.</summary>
    public int Parallelism { get; init; } = 8;

    internal void Validate()
    {
        OptionRange.Require(Shots >= 0, Shots, "at least 0");
        OptionRange.Require(Parallelism >= 1, Parallelism, "at least 1");
        OptionRange.Require(Enum.IsDefined(LabelScoring), (int)LabelScoring, "one of its names", nameof(LabelScoring));
        OptionRange.Require(Parts is null || ((int)Parts.Value & ~(int)EvaluationParts.All) == 0 && Parts != 0, (int?)Parts, "one or more of its names", nameof(Parts));
        ArgumentException.ThrowIfNullOrEmpty(ShotSeparator);
        LabelFormat.Validate();
        Bootstrap.Validate();
        if (Labels is not null && Labels.Distinct(StringComparer.Ordinal).Count() is int count && (count < 2 || count < Labels.Count))
        {
            throw new ArgumentException($"There are {Labels.Count} labels, {count} of them different; there must be two at least, and none twice.", nameof(Labels));
        }
    }
}

/// <summary>What of a model is measured.</summary>
[Flags]
public enum EvaluationParts
{
    /// <summary>How probable it finds the texts and answers: loss and perplexity. Needs a model that shows its logits.</summary>
    Likelihood = 1,

    /// <summary>How near the answers that it generates are to the right ones: exact match, BLEU, chrF, ROUGE. Texts alone have no answer.</summary>
    Answers = 2,

    /// <summary>Which label it finds most probable: accuracy, F1, confusion matrix, calibration. Needs a model that shows its logits, and texts with labels.</summary>
    Labels = 4,

    /// <summary>All.</summary>
    All = Likelihood | Answers | Labels,
}

/// <summary>How labels of different lengths are compared.</summary>
public enum LabelScoring
{
    /// <summary>By their probability, the end of the answer included where there is one: the product over their tokens.</summary>
    Sum,

    /// <summary>By the mean log-probability of their tokens (Brown et al. 2020), which does not favour short ones.</summary>
    PerToken,
}
