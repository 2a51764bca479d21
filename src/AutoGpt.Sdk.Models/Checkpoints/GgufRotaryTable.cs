namespace AutoGpt.Sdk.Models;

/// <summary>
/// The table of factors, one per rotated pair, by which converters write Llama 3's stretched frequencies. It is read as the rule it was made by, and only
/// if every entry is the rule's: what the network computes must not depend on the file format.
/// </summary>
internal static class GgufRotaryTable
{
    // Converters compute in single precision, and between the two bounds the rule subtracts numbers that are near each other.
    private const double Tolerance = 1e-4;

    public static RotaryScaling Read(TensorView table, TransformerConfig config, GgufMetadata metadata)
    {
        int pairs = config.HeadSize / 2;
        if (table.Count != pairs)
        {
            throw metadata.Unsupported($"{table.Name} with {table.Count} factors for heads of {pairs} pairs");
        }

        float[] factors = new float[pairs];
        TensorReader.ReadSingles(table, factors);

        // The slowest pair is stretched in full. All released models have the other numbers of Llama 3.1.
        var scaling = new RotaryScaling { Kind = RotaryScalingKind.Llama3, Factor = factors[^1] };
        for (int i = 0; i < pairs; i++)
        {
            double expected = Factor(config, scaling, i);
            if (!(Math.Abs(factors[i] - expected) <= Tolerance * expected))
            {
                throw metadata.Unsupported($"{table.Name}, whose factor {i} is {factors[i]} where Llama 3's rule has {expected}; other tables are not read");
            }
        }

        return scaling;
    }

    /// <summary>The table of a network.</summary>
    /// <param name="config">One whose frequencies are stretched by Llama 3's rule.</param>
    public static float[] Of(TransformerConfig config) => [.. Enumerable.Range(0, config.HeadSize / 2).Select(i => (float)Factor(config, config.RotaryScaling!, i))];

    private static double Factor(TransformerConfig config, RotaryScaling scaling, int pair)
    {
        double frequency = Math.Pow(config.RotaryBase, -2.0 * pair / config.HeadSize);
        return frequency / scaling.Stretch(frequency);
    }
}
