using System.Numerics;
using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Chooses a token from logits as <see cref="SamplingOptions"/> says. Not thread-safe: it owns a random sequence and scratch memory,
/// so that choosing allocates nothing.
/// </summary>
public sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly Random _random;
    private readonly float[] _logits;
    private readonly long[] _order;
    private readonly float[] _weights;
    private readonly ulong[] _seen;

    /// <summary>Creates a sampler.</summary>
    /// <param name="options">How to choose.</param>
    /// <param name="vocabularySize">Length of a row of logits.</param>
    /// <param name="seed">Seeds the random sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Sampler(SamplingOptions options, int vocabularySize, int seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        options.Validate();
        _options = options;
        _random = new Random(seed);
        _logits = new float[vocabularySize];
        _order = new long[options.Temperature == 0 ? 0 : vocabularySize];
        _weights = new float[_order.Length];
        _seen = new ulong[options.RepetitionPenalty == 1 ? 0 : (vocabularySize + 63) / 64];
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits"><c>[vocabulary]</c>.</param>
    /// <param name="context">The tokens a repetition penalty counts; may be empty.</param>
    /// <param name="allowed">A mask as of <see cref="ITokenConstraint.FillMask"/>; empty allows all.</param>
    /// <exception cref="AutoGptException">The mask allows nothing, or a logit is no number.</exception>
    public int Sample(ReadOnlySpan<float> logits, ReadOnlySpan<int> context, ReadOnlySpan<ulong> allowed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, _logits.Length, nameof(logits));
        if (_options.Temperature == 0 && _options.RepetitionPenalty == 1 && allowed.IsEmpty)
        {
            return Best(logits);
        }

        logits.CopyTo(_logits);
        Penalize(context);
        Mask(allowed);
        int best = Best(_logits);
        return _options.Temperature == 0 ? best : Draw(best);
    }

    /// <summary>Passes over the random number of a token that was not drawn.</summary>
    internal void Skip()
    {
        if (_options.Temperature > 0)
        {
            _random.NextDouble();
        }
    }

    private void Penalize(ReadOnlySpan<int> context)
    {
        float penalty = _options.RepetitionPenalty;
        if (penalty == 1)
        {
            return;
        }

        // Each token once, however often it occurs.
        Array.Clear(_seen);
        foreach (int id in context)
        {
            ulong bit = 1UL << (id & 63);
            if ((_seen[id >> 6] & bit) == 0)
            {
                _seen[id >> 6] |= bit;
                _logits[id] = _logits[id] > 0 ? _logits[id] / penalty : _logits[id] * penalty;
            }
        }
    }

    private void Mask(ReadOnlySpan<ulong> allowed)
    {
        if (allowed.IsEmpty)
        {
            return;
        }

        for (int start = 0; start < _logits.Length; start += 64)
        {
            Span<float> logits = _logits.AsSpan(start, Math.Min(64, _logits.Length - start));
            ulong forbidden = ~allowed[start >> 6] & (ulong.MaxValue >> (64 - logits.Length));
            if (forbidden == ulong.MaxValue)
            {
                logits.Fill(float.NegativeInfinity);
                continue;
            }

            for (; forbidden != 0; forbidden &= forbidden - 1)
            {
                logits[BitOperations.TrailingZeroCount(forbidden)] = float.NegativeInfinity;
            }
        }
    }

    private static int Best(ReadOnlySpan<float> logits)
    {
        // The first that is no number, where there is one.
        int best = TensorPrimitives.IndexOfMax(logits);
        if (float.IsNaN(logits[best]))
        {
            throw new AutoGptException($"The model's logit of token {best} is not a number: its weights are broken.");
        }

        if (float.IsNegativeInfinity(logits[best]))
        {
            throw new AutoGptException("No token may follow: the constraint does not fit the tokenizer.");
        }

        // A positive zero counts as more than a negative one there; here they are equals, and the first of them is meant.
        return logits[best] == 0 ? logits.IndexOf(0f) : best;
    }

    private int Draw(int best)
    {
        float highest = _logits[best];
        int count = 0;
        for (int id = 0; id < _logits.Length; id++)
        {
            if (!float.IsNegativeInfinity(_logits[id]))
            {
                _order[count++] = Rank(_logits[id], id);
            }
        }

        bool sorted = _options.TopK > 0 || _options.TopP < 1;
        if (sorted)
        {
            _order.AsSpan(0, count).Sort();
            count = _options.TopK > 0 ? Math.Min(count, _options.TopK) : count;
        }

        Span<float> weights = _weights.AsSpan(0, count);
        for (int index = 0; index < count; index++)
        {
            weights[index] = MathF.Exp((_logits[IdOf(_order[index])] - highest) / _options.Temperature);
        }

        count = sorted ? Nucleus(weights) : count;
        // The most probable token weighs 1, so the threshold is the option itself.
        for (int index = 0; index < count; index++)
        {
            weights[index] = weights[index] < _options.MinP ? 0 : weights[index];
        }

        double target = _random.NextDouble() * Sum(weights[..count]);
        for (int index = 0; index < count; index++)
        {
            target -= weights[index];
            if (target < 0)
            {
                return IdOf(_order[index]);
            }
        }

        return best;
    }

    // A number that is lower the more probable the token is and, of equals, the lower its id: sorting is not stable, and these differ from one another.
    private static long Rank(float logit, int id)
    {
        // Adding 0 makes one zero of the two. The bits of negative numbers ascend the wrong way round until all but the sign are flipped.
        int bits = BitConverter.SingleToInt32Bits(-logit + 0f);
        return ((long)(bits ^ ((bits >> 31) & int.MaxValue)) << 32) | (uint)id;
    }

    private static int IdOf(long rank) => unchecked((int)rank);

    private int Nucleus(ReadOnlySpan<float> weights)
    {
        if (_options.TopP >= 1)
        {
            return weights.Length;
        }

        double limit = _options.TopP * Sum(weights);
        double sum = 0;
        for (int index = 0; index < weights.Length; index++)
        {
            sum += weights[index];
            if (sum >= limit)
            {
                return index + 1;
            }
        }

        return weights.Length;
    }

    private static double Sum(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
        }

        return sum;
    }
}
