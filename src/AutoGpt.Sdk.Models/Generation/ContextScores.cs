namespace AutoGpt.Sdk.Models;

/// <summary>How probable a model finds tokens that are given.</summary>
internal static class ContextScores
{
    // In pieces: every row of logits is as long as the vocabulary.
    private const int Piece = 64;

    /// <summary>The log-probabilities of all ids but the first, at temperature 1. The context reads all but the last, behind what it has read already.</summary>
    /// <param name="context">The context, with room for them.</param>
    /// <param name="ids">The ids, at least one.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    public static async Task<double[]> ScoreAsync(ITokenContext context, ReadOnlyMemory<int> ids, CancellationToken cancellationToken)
    {
        double[] scores = new double[ids.Length - 1];
        for (int start = 0; start < scores.Length; start += Piece)
        {
            int count = Math.Min(Piece, scores.Length - start);
            ReadOnlyMemory<int> part = ids.Slice(start, count);
            Logits logits = await Task.Run(() => context.AppendAsync(part, LogitsWanted.All, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            for (int row = 0; row < count; row++)
            {
                scores[start + row] = LogProbabilities.Of(logits.Row(row), ids.Span[start + row + 1]);
            }
        }

        return scores;
    }
}
