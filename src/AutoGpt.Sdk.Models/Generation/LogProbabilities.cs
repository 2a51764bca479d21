namespace AutoGpt.Sdk.Models;

/// <summary>Log-softmax of single elements, accumulated in double precision.</summary>
internal static class LogProbabilities
{
    /// <summary>The log-probability of a token among those a mask allows.</summary>
    /// <param name="logits"><c>[vocabulary]</c>.</param>
    /// <param name="id">The token.</param>
    /// <param name="allowed">A mask; empty allows all.</param>
    public static double Of(ReadOnlySpan<float> logits, int id, ReadOnlySpan<ulong> allowed = default)
    {
        double highest = double.NegativeInfinity;
        for (int index = 0; index < logits.Length; index++)
        {
            if (IsAllowed(index, allowed))
            {
                highest = Math.Max(highest, logits[index]);
            }
        }

        double sum = 0;
        for (int index = 0; index < logits.Length; index++)
        {
            if (IsAllowed(index, allowed))
            {
                sum += Math.Exp(logits[index] - highest);
            }
        }

        return logits[id] - highest - Math.Log(sum);
    }

    private static bool IsAllowed(int id, ReadOnlySpan<ulong> allowed) => allowed.IsEmpty || (allowed[id >> 6] & (1UL << (id & 63))) != 0;
}
