namespace AutoGpt.Sdk.Training;

/// <summary>What a <see cref="TextCleaner"/> changes, and what it leaves out.</summary>
public sealed record TextCleanerOptions
{
    /// <summary>Whether text is put into Unicode's normalization form C, in which equal text has equal characters (UAX #15). Default true.</summary>
    public bool Compose { get; init; } = true;

    /// <summary>
    /// Whether what no reader sees is taken out: control characters but tab and line feed, byte-order marks, non-characters and halves of characters. Line ends become line feeds.
    /// Default true.
    /// </summary>
    public bool RemoveControls { get; init; } = true;

    /// <summary>Characters (code points) a record must have after cleaning, white space at its ends not counted; at least 1. Default 1.</summary>
    public int MinimumLength { get; init; } = 1;

    /// <summary>Characters it may have at most; null for no limit. Default null.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>Languages that are kept, as codes of <see cref="LanguageDetector.Languages"/>; empty keeps all. Default empty.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>
    /// How sure the detector must be of one of them, from 0 to 1. A record too short to tell is not kept where languages are chosen. Default .5.
    /// </summary>
    public double MinimumConfidence { get; init; } = .5;

    /// <summary>Tells languages. Default: the built-in one.</summary>
    public LanguageDetector Detector { get; init; } = LanguageDetector.Default;

    internal void Validate()
    {
        OptionRange.Require(MinimumLength >= 1, MinimumLength, "at least 1");
        OptionRange.Require(MaximumLength is null || MaximumLength >= MinimumLength, MaximumLength, $"at least the minimum length, {MinimumLength}");
        OptionRange.Require(MinimumConfidence is >= 0 and <= 1, MinimumConfidence, "from 0 to 1");
        if (Languages.FirstOrDefault(language => !Detector.Languages.Contains(language)) is { } unknown)
        {
            throw new ArgumentException($"The detector does not know the language '{unknown}'. It knows {string.Join(", ", Detector.Languages.Order(StringComparer.Ordinal))}.", nameof(Languages));
        }
    }
}
