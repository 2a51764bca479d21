namespace AutoGpt.Sdk.Training;

/// <summary>
/// Whether a model is right as often as it says it is: predictions in bins of equal width by their confidence, and in each the distance of the mean confidence from the accuracy
/// (Naeini et al. 2015; Guo et al. 2017). Immutable.
/// </summary>
public sealed class Calibration
{
    /// <summary>Measures.</summary>
    /// <param name="confidences">The probability the model gave to what it predicted, from 0 to 1; at least one.</param>
    /// <param name="correct">Whether the prediction was right.</param>
    /// <param name="bins">Bins, at least 1. Default 15.</param>
    /// <exception cref="ArgumentException">There is nothing to measure, the numbers differ, or a confidence is no probability.</exception>
    public Calibration(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, int bins = 15)
    {
        MetricInput.RequirePairs(confidences.Length, correct.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var items = new int[bins];
        var confidence = new double[bins];
        var right = new int[bins];
        for (int i = 0; i < confidences.Length; i++)
        {
            if (confidences[i] is not (>= 0 and <= 1))
            {
                throw new ArgumentException(FormattableString.Invariant($"The confidence {confidences[i]} is no probability."), nameof(confidences));
            }

            // A bin has its upper bound and not its lower one; the first has 0 too.
            int bin = Math.Max(0, (int)Math.Ceiling(confidences[i] * bins) - 1);
            items[bin]++;
            confidence[bin] += confidences[i];
            right[bin] += correct[i] ? 1 : 0;
        }

        Bins = [.. Enumerable.Range(0, bins).Where(bin => items[bin] > 0).Select(bin => new CalibrationBin((bin + 1.0) / bins, items[bin], confidence[bin] / items[bin], (double)right[bin] / items[bin]))];
        ExpectedError = Bins.Sum(bin => bin.Items * bin.Error) / confidences.Length;
        MaximumError = Bins.Max(bin => bin.Error);
    }

    /// <summary>The bins that are not empty, in rising order.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>Expected calibration error (ECE): the mean distance over all items, from 0 to 1.</summary>
    public double ExpectedError { get; }

    /// <summary>Maximum calibration error (MCE): the largest distance of a bin, from 0 to 1.</summary>
    public double MaximumError { get; }
}

/// <summary>Predictions of about the same confidence.</summary>
/// <param name="UpperBound">The highest confidence of the bin.</param>
/// <param name="Items">Predictions.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Accuracy">The share of them that is right.</param>
public readonly record struct CalibrationBin(double UpperBound, int Items, double Confidence, double Accuracy)
{
    internal double Error => Math.Abs(Confidence - Accuracy);
}
