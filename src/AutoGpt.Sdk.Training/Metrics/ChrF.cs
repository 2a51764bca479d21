using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// chrF2 (Popović 2015, 2016) as sacreBLEU defines it: n-grams of up to 6 characters without white space, recall counting four times as much as precision (β = 2), the
/// orders' precisions and recalls averaged. From 0 to 100. Needs no tokenisation, so it compares across languages and tokenizers.
/// </summary>
public static class ChrF
{
    private const double RecallWeight = 4; // β²
    private const int CharacterBits = 21;

    /// <summary>The score of a corpus with a reference for each prediction.</summary>
    /// <param name="predictions">The predictions, at least one.</param>
    /// <param name="references">The right text for each.</param>
    /// <exception cref="ArgumentException">There is no prediction, or the numbers of texts differ.</exception>
    public static double Corpus(IReadOnlyList<string> predictions, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return Corpus(predictions, [.. references.Select(reference => (string[])[reference])]);
    }

    /// <summary>The score of a corpus with several references for each prediction, of which the one with the best score counts.</summary>
    /// <param name="predictions">The predictions, at least one.</param>
    /// <param name="references">The right texts for each prediction, at least one.</param>
    /// <exception cref="ArgumentException">There is no prediction, one has no reference, or the numbers of texts differ.</exception>
    public static double Corpus(IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(references);
        MetricInput.RequirePairs(predictions.Count, references.Count);
        return Score([.. predictions.Zip(references, Count)]);
    }

    /// <summary>The score of one text.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="references">The right texts, at least one.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static double Sentence(string prediction, IReadOnlyList<string> references) => Score([Count(prediction, references)]);

    /// <summary>Counts one text, so that corpora can be put together of counts, for instance by <see cref="Bootstrap"/>.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="references">The right texts, at least one.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static ChrFCounts Count(string prediction, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        MetricInput.RequireReferences(references);
        Dictionary<UInt128, int>[] predicted = Runs(prediction);
        return references.Select(reference => Compare(predicted, Runs(reference))).MaxBy(counts => Score([counts]))!;
    }

    /// <summary>The score of the corpus that these texts make.</summary>
    /// <param name="texts">The counts of each, at least one.</param>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static double Score(ReadOnlySpan<ChrFCounts> texts)
    {
        MetricInput.RequirePairs(texts.Length, texts.Length);
        double precision = 0;
        double recall = 0;
        int orders = 0;
        for (int n = 0; n < ChrFCounts.Order; n++)
        {
            long predicted = 0;
            long expected = 0;
            long matches = 0;
            foreach (ChrFCounts text in texts)
            {
                predicted += text.Predicted[n];
                expected += text.Expected[n];
                matches += text.Matches[n];
            }

            if (predicted > 0 && expected > 0)
            {
                precision += (double)matches / predicted;
                recall += (double)matches / expected;
                orders++;
            }
        }

        return precision + recall == 0 ? 0 : 100 * (1 + RecallWeight) * precision * recall / orders / ((RecallWeight * precision) + recall);
    }

    private static Dictionary<UInt128, int>[] Runs(string text)
    {
        int[] characters = [.. text.EnumerateRunes().Where(rune => !rune.IsBmp || !PythonSpace.Is((char)rune.Value)).Select(rune => rune.Value)];
        return [.. Enumerable.Range(1, ChrFCounts.Order).Select(order => NGrams.Count(characters, order, CharacterBits))];
    }

    private static ChrFCounts Compare(Dictionary<UInt128, int>[] predicted, Dictionary<UInt128, int>[] expected) => new(
        // What no reference is long enough for is not held against the prediction.
        [.. predicted.Zip(expected, (mine, right) => right.Count == 0 ? 0 : mine.Values.Sum())],
        [.. expected.Select(right => right.Values.Sum())],
        [.. predicted.Zip(expected, NGrams.Matches)]);
}
