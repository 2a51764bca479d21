using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>Which of several continuations a model finds most probable. What they have in common is read once.</summary>
internal static class LabelLikelihood
{
    /// <summary>The probability of each continuation, among them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="choices">One text each, at least one.</param>
    /// <param name="scoring">How different lengths are compared.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    public static async Task<double[]> ProbabilitiesAsync(ITokenModel model, TrainingExample[] choices, LabelScoring scoring, CancellationToken cancellationToken)
    {
        // The last common token is read with each choice: it foresees the first of its own.
        int common = Common(choices) - 1;
        using ITokenContext question = model.CreateContext(new ContextOptions { Capacity = choices.Max(choice => choice.Ids.Length) });
        if (common > 0)
        {
            await Task.Run(() => question.AppendAsync(choices[0].Ids[..common], LogitsWanted.None, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
        }

        double[] scores = new double[choices.Length];
        for (int index = 0; index < choices.Length; index++)
        {
            TrainingExample choice = choices[index];
            using ITokenContext context = question.Fork();
            double[] found = await ContextScores.ScoreAsync(context, choice.Ids[common..], cancellationToken).ConfigureAwait(false);
            int[] counted = [.. Enumerable.Range(common + 1, found.Length).Where(choice.Counts)];
            double sum = counted.Sum(place => found[place - common - 1]);
            scores[index] = scoring == LabelScoring.PerToken ? sum / counted.Length : sum;
        }

        double highest = scores.Max();
        double total = scores.Sum(score => Math.Exp(score - highest));
        return [.. scores.Select(score => Math.Exp(score - highest) / total)];
    }

    // Tokens before the first that counts in any of them, and the same in all: at least the first, which never counts.
    private static int Common(TrainingExample[] choices)
    {
        int common = choices.Min(choice => Enumerable.Range(0, choice.Ids.Length).First(choice.Counts));
        ReadOnlySpan<int> first = choices[0].Ids.Span[..common];
        foreach (TrainingExample choice in choices)
        {
            common = Math.Min(common, first.CommonPrefixLength(choice.Ids.Span));
        }

        return common;
    }
}
