using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Training;

/// <summary>Whether an answer is the right one, letter for letter or in SQuAD's normal form (Rajpurkar et al. 2016).</summary>
public static partial class ExactMatch
{
    /// <summary>Whether an answer is one of the right ones.</summary>
    /// <param name="prediction">The answer.</param>
    /// <param name="references">The right answers, at least one.</param>
    /// <param name="normalize">Whether both are compared in their normal form. Default false: as they are.</param>
    /// <exception cref="ArgumentException">There is no right answer.</exception>
    public static bool Is(string prediction, IReadOnlyList<string> references, bool normalize = false)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        MetricInput.RequireReferences(references);
        string answer = normalize ? Normalize(prediction) : prediction;
        return references.Any(reference => (normalize ? Normalize(reference) : reference) == answer);
    }

    /// <summary>The share of answers that are right.</summary>
    /// <param name="predictions">The answers, at least one.</param>
    /// <param name="references">The right one for each.</param>
    /// <param name="normalize">Whether both are compared in their normal form. Default false: as they are.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentException">There is no answer, or the numbers differ.</exception>
    public static double Share(IReadOnlyList<string> predictions, IReadOnlyList<string> references, bool normalize = false)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(references);
        MetricInput.RequirePairs(predictions.Count, references.Count);
        return predictions.Zip(references, (prediction, reference) => Is(prediction, [reference], normalize) ? 1.0 : 0).Average();
    }

    /// <summary>SQuAD's normal form: lower case, without ASCII punctuation and English articles, words one space apart.</summary>
    /// <param name="text">The text.</param>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string letters = string.Concat(text.ToLowerInvariant().Where(character => !char.IsAscii(character) || !(char.IsPunctuation(character) || char.IsSymbol(character))));
        return string.Join(' ', WhiteSpace.Split(Article().Replace(letters, " ")));
    }

    [GeneratedRegex(@"\b(a|an|the)\b")]
    private static partial Regex Article();
}
