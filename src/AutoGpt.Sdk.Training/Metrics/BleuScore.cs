using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>A BLEU score and what it is made of.</summary>
/// <param name="Value">From 0 to 100.</param>
/// <param name="Precisions">Of n-grams from 1 to 4 words, smoothed, from 0 to 100.</param>
/// <param name="BrevityPenalty">From 0 to 1; 1 where the predictions are not shorter than the references.</param>
/// <param name="PredictionLength">Words predicted.</param>
/// <param name="ReferenceLength">Words of the references of nearest length.</param>
/// <param name="Signature">The settings in sacreBLEU's notation, to be given beside the score.</param>
public sealed record BleuScore(double Value, IReadOnlyList<double> Precisions, double BrevityPenalty, long PredictionLength, long ReferenceLength, string Signature)
{
    /// <summary>The score as sacreBLEU writes it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"BLEU|{Signature} = {Value:f2} {string.Join('/', Precisions.Select(each => each.ToString("f1", CultureInfo.InvariantCulture)))} (BP = {BrevityPenalty:f3} ratio = {(ReferenceLength == 0 ? 0 : (double)PredictionLength / ReferenceLength):f3} hyp_len = {PredictionLength} ref_len = {ReferenceLength})");
}
