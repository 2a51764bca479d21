namespace AutoGpt.Sdk.Training;

/// <summary>What BLEU needs to know of a text; the counts of a corpus are the sums of those of its texts, which makes resampling cheap.</summary>
public sealed class BleuCounts
{
    /// <summary>Longest n-grams that are counted.</summary>
    public const int Order = 4;

    internal BleuCounts(int predictionLength, int referenceLength, int[] matches, int[] totals)
    {
        PredictionLength = predictionLength;
        ReferenceLength = referenceLength;
        Matches = matches;
        Totals = totals;
    }

    /// <summary>Words of the prediction.</summary>
    public int PredictionLength { get; }

    /// <summary>Words of the reference whose length is nearest to that; of two equally near ones the shorter.</summary>
    public int ReferenceLength { get; }

    /// <summary>For n from 1 to 4, the prediction's n-grams that are in a reference, none more often than in the reference that has it most often.</summary>
    public IReadOnlyList<int> Matches { get; }

    /// <summary>For n from 1 to 4, the prediction's n-grams.</summary>
    public IReadOnlyList<int> Totals { get; }
}
