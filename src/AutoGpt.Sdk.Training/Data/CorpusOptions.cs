namespace AutoGpt.Sdk.Training;

/// <summary>How a <see cref="Corpus"/> is made of files.</summary>
public sealed record CorpusOptions
{
    /// <summary>How files are read. Default: the defaults.</summary>
    public RecordReaderOptions Reading { get; init; } = new();

    /// <summary>How text is cleaned. Default: the defaults.</summary>
    public TextCleanerOptions Cleaning { get; init; } = new();

    /// <summary>What counts as a near duplicate; null looks for none. Default: estimated Jaccard similarities of .8 and more.</summary>
    public NearDuplicateOptions? Duplicates { get; init; } = new();

    /// <summary>Whether near duplicates stay, all in the part of their first, instead of the first alone. Default false.</summary>
    public bool KeepDuplicates { get; init; }

    /// <summary>Shares of the parts. Default: a tenth each for validation and test.</summary>
    public DataSplitOptions Split { get; init; } = new();
}
