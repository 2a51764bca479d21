namespace AutoGpt.Sdk.Training;

/// <summary>What chrF needs to know of a text; the counts of a corpus are the sums of those of its texts, which makes resampling cheap.</summary>
public sealed class ChrFCounts
{
    /// <summary>Longest runs of characters that are counted.</summary>
    public const int Order = 6;

    internal ChrFCounts(int[] predicted, int[] expected, int[] matches)
    {
        Predicted = predicted;
        Expected = expected;
        Matches = matches;
    }

    /// <summary>For n from 1 to 6, the prediction's runs of n characters; 0 where the reference has none.</summary>
    public IReadOnlyList<int> Predicted { get; }

    /// <summary>For n from 1 to 6, the reference's runs of n characters.</summary>
    public IReadOnlyList<int> Expected { get; }

    /// <summary>For n from 1 to 6, the runs they have in common.</summary>
    public IReadOnlyList<int> Matches { get; }
}
