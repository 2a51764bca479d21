using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004) as Google's rouge-score defines them, without stemming. The figures of a corpus are the means of those of its texts.
/// </summary>
/// <remarks>
/// rouge-score's words are runs of a–z and 0–9 in lower case; it knows no other letters, so that a text in Chinese has no word and every score is 0. For such texts give
/// words of your own, as rouge-score takes a tokenizer.
/// </remarks>
public static partial class Rouge
{
    private const int WordBits = 32;

    /// <summary>The figures of a text.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="references">The right texts, at least one; each figure is that of the reference with the best F.</param>
    /// <param name="words">Cuts a text into words. Default: rouge-score's.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static RougeScores Score(string prediction, IReadOnlyList<string> references, Func<string, IReadOnlyList<string>>? words = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        MetricInput.RequireReferences(references);
        words ??= Words;
        var numbers = new WordNumbers();
        int[] predicted = numbers.Of(words(prediction));
        int[][] right = [.. references.Select(reference => numbers.Of(words(reference)))];
        return new RougeScores(
            Best(right.Select(expected => Runs(predicted, expected, 1))), Best(right.Select(expected => Runs(predicted, expected, 2))), Best(right.Select(expected => Subsequence(predicted, expected))));
    }

    /// <summary>The means of precision, recall and F over a corpus.</summary>
    /// <param name="predictions">The predictions, at least one.</param>
    /// <param name="references">The right text for each.</param>
    /// <param name="words">Cuts a text into words. Default: rouge-score's.</param>
    /// <exception cref="ArgumentException">There is no prediction, or the numbers of texts differ.</exception>
    public static RougeScores Mean(IReadOnlyList<string> predictions, IReadOnlyList<string> references, Func<string, IReadOnlyList<string>>? words = null)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(references);
        MetricInput.RequirePairs(predictions.Count, references.Count);
        RougeScores[] scores = [.. predictions.Zip(references, (prediction, reference) => Score(prediction, [reference], words))];
        return new RougeScores(Mean(scores.Select(each => each.Rouge1)), Mean(scores.Select(each => each.Rouge2)), Mean(scores.Select(each => each.RougeL)));
    }

    private static RougeScore Best(IEnumerable<RougeScore> scores) => scores.MaxBy(score => score.F);

    private static RougeScore Mean(IEnumerable<RougeScore> scores)
    {
        RougeScore[] all = [.. scores];
        return new RougeScore(all.Average(each => each.Precision), all.Average(each => each.Recall), all.Average(each => each.F));
    }

    private static RougeScore Runs(int[] predicted, int[] expected, int order) => RougeScore.Of(
        NGrams.Matches(NGrams.Count(predicted, order, WordBits), NGrams.Count(expected, order, WordBits)), Math.Max(0, predicted.Length - order + 1), Math.Max(0, expected.Length - order + 1));

    // Row by row: lengths[j] is the longest common subsequence of the words so far and the first j of the other text.
    private static RougeScore Subsequence(int[] predicted, int[] expected)
    {
        int[] lengths = new int[expected.Length + 1];
        foreach (int word in predicted)
        {
            int diagonal = 0;
            for (int j = 1; j <= expected.Length; j++)
            {
                int above = lengths[j];
                lengths[j] = word == expected[j - 1] ? diagonal + 1 : Math.Max(above, lengths[j - 1]);
                diagonal = above;
            }
        }

        return RougeScore.Of(lengths[^1], predicted.Length, expected.Length);
    }

    private static IReadOnlyList<string> Words(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex Word();
}
