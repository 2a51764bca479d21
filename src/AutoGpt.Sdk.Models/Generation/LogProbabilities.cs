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

    /// <summary>The most probable tokens among those a mask allows, the best first; null where it allows one.</summary>
    /// <param name="logits"><c>[vocabulary]</c>.</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="allowed">A mask; empty allows all.</param>
    public static IReadOnlyList<(int Id, double LogProbability)>? Top(ReadOnlySpan<float> logits, int count, ReadOnlySpan<ulong> allowed)
    {
        PriorityQueue<int, (float, int)> best = new();
        double highest = double.NegativeInfinity;
        int choices = 0;
        for (int index = 0; index < logits.Length; index++)
        {
            if (!IsAllowed(index, allowed))
            {
                continue;
            }

            choices++;
            highest = Math.Max(highest, logits[index]);
            best.Enqueue(index, (logits[index], -index));
            if (best.Count > count)
            {
                best.Dequeue();
            }
        }

        if (choices < 2)
        {
            return null;
        }

        double sum = 0;
        for (int index = 0; index < logits.Length; index++)
        {
            sum += IsAllowed(index, allowed) ? Math.Exp(logits[index] - highest) : 0;
        }

        (int Id, double LogProbability)[] top = new (int, double)[best.Count];
        for (int rank = top.Length - 1; rank >= 0; rank--)
        {
            int id = best.Dequeue();
            top[rank] = (id, logits[id] - highest - Math.Log(sum));
        }

        return top;
    }

    private static bool IsAllowed(int id, ReadOnlySpan<ulong> allowed) => allowed.IsEmpty || (allowed[id >> 6] & (1UL << (id & 63))) != 0;
}
