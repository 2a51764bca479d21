using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>What became of the records of a <see cref="Corpus"/>: those that were read are those left out for a reason and those of the parts.</summary>
public sealed record CorpusReport
{
    /// <summary>Records read.</summary>
    public required int Read { get; init; }

    /// <summary>Lines, rows and files that could not be read and were skipped.</summary>
    public required long Faults { get; init; }

    /// <summary>The first of them, each with its place.</summary>
    public required IReadOnlyList<DatasetException> FirstFaults { get; init; }

    /// <summary>Files passed over because of their ending.</summary>
    public required IReadOnlyList<string> PassedOver { get; init; }

    /// <summary>Records left out as too short.</summary>
    public required int TooShort { get; init; }

    /// <summary>Records left out as too long.</summary>
    public required int TooLong { get; init; }

    /// <summary>Records left out as written in another language.</summary>
    public required int OtherLanguage { get; init; }

    /// <summary>Records that are near duplicates of an earlier one; left out, or kept in its part.</summary>
    public required int NearDuplicates { get; init; }

    /// <summary>The estimated Jaccard similarity from which two records are near duplicates; null where none were looked for.</summary>
    public required double? DuplicateThreshold { get; init; }

    /// <summary>Whether near duplicates were kept.</summary>
    public required bool DuplicatesKept { get; init; }

    /// <summary>Records to learn from.</summary>
    public required int Training { get; init; }

    /// <summary>Records to validate on.</summary>
    public required int Validation { get; init; }

    /// <summary>Records to test on.</summary>
    public required int Test { get; init; }

    /// <summary>The report as a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Read} records read, {Faults} faults skipped, {PassedOver.Count} files passed over; left out: {TooShort} too short, {TooLong} too long, {OtherLanguage} in other languages; {NearDuplicates} near duplicates {(DuplicateThreshold is { } threshold ? $"(estimated Jaccard similarity {threshold:r} or more) {(DuplicatesKept ? "kept" : "left out")}" : "(not looked for)")}; {Training} to train, {Validation} to validate, {Test} to test.");
}
