namespace AutoGpt.Sdk.Training;

/// <summary>How well a class, or several together, is told from the others. A ratio whose denominator is zero is 0, as in scikit-learn.</summary>
/// <param name="Precision">Share of the predictions of the class that are right, from 0 to 1.</param>
/// <param name="Recall">Share of the items of the class that were found, from 0 to 1.</param>
/// <param name="F1">Harmonic mean of the two; of several classes either of the sums (micro) or the mean of the classes' F1 (macro).</param>
/// <param name="Support">Items of the class.</param>
public readonly record struct ClassScores(double Precision, double Recall, double F1, long Support)
{
    internal static ClassScores Of(long found, long predicted, long support)
    {
        double precision = predicted == 0 ? 0 : (double)found / predicted;
        double recall = support == 0 ? 0 : (double)found / support;
        return new ClassScores(precision, recall, predicted + support == 0 ? 0 : 2.0 * found / (predicted + support), support);
    }
}
