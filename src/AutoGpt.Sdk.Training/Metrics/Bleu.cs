using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// BLEU (Papineni et al. 2002) as sacreBLEU defines it (Post 2018): n-grams up to 4, <c>exp</c> smoothing, its tokenisations. Scores run from 0 to 100 and are
/// sacreBLEU's to the last digit.
/// </summary>
public static class Bleu
{
    private const int WordBits = 32;

    /// <summary>The score of a corpus with a reference for each prediction.</summary>
    /// <param name="predictions">The predictions, at least one.</param>
    /// <param name="references">The right text for each.</param>
    /// <param name="options">Default: 13a, case counts.</param>
    /// <exception cref="ArgumentException">There is no prediction, or the numbers of texts differ.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> predictions, IReadOnlyList<string> references, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        return Corpus(predictions, [.. references.Select(reference => (string[])[reference])], options);
    }

    /// <summary>The score of a corpus with several references for each prediction.</summary>
    /// <param name="predictions">The predictions, at least one.</param>
    /// <param name="references">The right texts for each prediction, at least one; sacreBLEU's command has them the other way round, a file for each.</param>
    /// <param name="options">Default: 13a, case counts.</param>
    /// <exception cref="ArgumentException">There is no prediction, one has no reference, or the numbers of texts differ.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> references, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(references);
        MetricInput.RequirePairs(predictions.Count, references.Count);
        return Score([.. predictions.Zip(references, (prediction, right) => Count(prediction, right, options))], options);
    }

    /// <summary>The score of one sentence: n-grams longer than it are left out instead of making the score 0.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="references">The right texts, at least one.</param>
    /// <param name="options">Default: 13a, case counts.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static BleuScore Sentence(string prediction, IReadOnlyList<string> references, BleuOptions? options = null) =>
        Score([Count(prediction, references, options)], options ?? new BleuOptions(), effectiveOrder: true);

    /// <summary>Counts one text, so that corpora can be put together of counts, for instance by <see cref="Bootstrap"/>.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="references">The right texts, at least one.</param>
    /// <param name="options">Default: 13a, case counts.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static BleuCounts Count(string prediction, IReadOnlyList<string> references, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        MetricInput.RequireReferences(references);
        options ??= new BleuOptions();
        var numbers = new WordNumbers();
        int[] words = numbers.Of(BleuTokenizer.Words(prediction, options));
        int[][] right = [.. references.Select(reference => numbers.Of(BleuTokenizer.Words(reference, options)))];
        int[] matches = new int[BleuCounts.Order];
        int[] totals = new int[BleuCounts.Order];
        for (int order = 1; order <= BleuCounts.Order; order++)
        {
            Dictionary<UInt128, int> allowed = [];
            foreach (int[] reference in right)
            {
                foreach ((UInt128 run, int count) in NGrams.Count(reference, order, WordBits))
                {
                    ref int most = ref CollectionsMarshal.GetValueRefOrAddDefault(allowed, run, out _);
                    most = Math.Max(most, count);
                }
            }

            matches[order - 1] = NGrams.Matches(NGrams.Count(words, order, WordBits), allowed);
            totals[order - 1] = Math.Max(0, words.Length - order + 1);
        }

        int nearest = right.Select(reference => reference.Length).MinBy(length => (Math.Abs(words.Length - length), length));
        return new BleuCounts(words.Length, nearest, matches, totals);
    }

    /// <summary>The score of the corpus that these texts make.</summary>
    /// <param name="texts">The counts of each, made with the same options; at least one.</param>
    /// <param name="options">The options they were counted with. Default: 13a, case counts.</param>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static BleuScore Score(ReadOnlySpan<BleuCounts> texts, BleuOptions? options = null) => Score(texts, options ?? new BleuOptions(), effectiveOrder: false);

    private static BleuScore Score(ReadOnlySpan<BleuCounts> texts, BleuOptions options, bool effectiveOrder)
    {
        MetricInput.RequirePairs(texts.Length, texts.Length);
        long predicted = 0;
        long expected = 0;
        long[] matches = new long[BleuCounts.Order];
        long[] totals = new long[BleuCounts.Order];
        foreach (BleuCounts text in texts)
        {
            predicted += text.PredictionLength;
            expected += text.ReferenceLength;
            for (int n = 0; n < BleuCounts.Order; n++)
            {
                matches[n] += text.Matches[n];
                totals[n] += text.Totals[n];
            }
        }

        double penalty = predicted >= expected ? 1 : predicted == 0 ? 0 : Math.Exp(1 - ((double)expected / predicted));
        double[] precisions = Precisions(matches, totals);
        int orders = effectiveOrder ? totals.Count(total => total > 0) : BleuCounts.Order;
        double mean = matches[0] == 0 ? 0 : Math.Exp(precisions.Take(orders).Average(Math.Log));
        return new BleuScore(penalty * mean, precisions, penalty, predicted, expected, options.Signature(effectiveOrder));
    }

    // Each order without a match gets half a match, then a quarter, an eighth: NIST's way. Where nothing matches at all, nothing is smoothed.
    private static double[] Precisions(long[] matches, long[] totals)
    {
        double[] precisions = new double[BleuCounts.Order];
        double smoothing = 1;
        for (int n = 0; n < BleuCounts.Order && matches[0] > 0 && totals[n] > 0; n++)
        {
            smoothing *= matches[n] == 0 ? 2 : 1;
            precisions[n] = 100 * (matches[n] == 0 ? 1 / smoothing : matches[n]) / totals[n];
        }

        return precisions;
    }
}
