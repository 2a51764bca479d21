namespace AutoGpt.Sdk.Training;

/// <summary>How well a model foresees a text: e to the mean loss, the number of equally likely tokens it would be as unsure between.</summary>
/// <remarks>Perplexities compare only over the same tokens. Between tokenizers compare <see cref="BitsPerByte"/>.</remarks>
public static class Perplexity
{
    /// <summary>Of a mean loss.</summary>
    /// <param name="loss">Nats per token, as training reports them.</param>
    public static double OfLoss(double loss) => Math.Exp(loss);

    /// <summary>Of a text.</summary>
    /// <param name="logProbabilities">The natural logarithm of each token's probability given those before it; at least one.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    public static double Of(ReadOnlySpan<double> logProbabilities)
    {
        MetricInput.RequirePairs(logProbabilities.Length, logProbabilities.Length);
        return Math.Exp(-Bootstrap.Average(logProbabilities));
    }

    /// <summary>Bits that the model needs for a byte of the text, whatever its tokens.</summary>
    /// <param name="nats">The loss over the whole text, summed, in nats.</param>
    /// <param name="bytes">The text's length in UTF-8, at least 1.</param>
    public static double BitsPerByte(double nats, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return nats / Math.Log(2) / bytes;
    }
}
