namespace AutoGpt.Sdk.Training;

/// <summary>One of ROUGE's figures.</summary>
/// <param name="Precision">Share of the prediction that is in the reference, from 0 to 1.</param>
/// <param name="Recall">Share of the reference that is in the prediction, from 0 to 1.</param>
/// <param name="F">Harmonic mean of the two: what papers give.</param>
public readonly record struct RougeScore(double Precision, double Recall, double F)
{
    internal static RougeScore Of(int matches, int predicted, int expected)
    {
        double precision = (double)matches / Math.Max(1, predicted);
        double recall = (double)matches / Math.Max(1, expected);
        return new RougeScore(precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
    }
}

/// <summary>ROUGE's figures of a text.</summary>
/// <param name="Rouge1">Of words.</param>
/// <param name="Rouge2">Of pairs of words.</param>
/// <param name="RougeL">Of the longest common subsequence of words.</param>
public readonly record struct RougeScores(RougeScore Rouge1, RougeScore Rouge2, RougeScore RougeL);
