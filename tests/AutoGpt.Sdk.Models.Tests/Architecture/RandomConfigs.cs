namespace AutoGpt.Sdk.Models.Tests;

internal static class RandomConfigs
{
    public static TransformerConfig Next(Random random)
    {
        int keyValueHeads = random.Next(1, 4);
        int heads = keyValueHeads * random.Next(1, 4);
        int headSize = 2 * random.Next(1, 5);
        bool bias = random.Next(2) == 0;
        return new TransformerConfig
        {
            VocabularySize = random.Next(1, 60),
            ContextLength = random.Next(1, 40),
            Width = random.Next(2) == 0 ? heads * headSize : random.Next(1, 30),
            Layers = random.Next(1, 4),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            FeedForwardWidth = random.Next(1, 50),
            Positions = (PositionEncoding)random.Next(3),
            Normalization = (Normalization)random.Next(2),
            NormalizationEpsilon = random.NextSingle() + 1e-9f,
            Activation = (Activation)random.Next(2),
            Bias = bias,
            QueryKeyValueBias = bias || random.Next(3) == 0,
            QueryKeyNorm = random.Next(3) == 0,
            SlidingWindow = random.Next(3) == 0 ? random.Next(1, 50) : null,
            RotaryScaling = random.Next(4) switch
            {
                0 => new RotaryScaling { Kind = RotaryScalingKind.Linear, Factor = 1 + random.NextSingle() },
                1 => new RotaryScaling
                {
                    Kind = RotaryScalingKind.Llama3, Factor = 1 + random.NextSingle(), LowFrequencyFactor = .1f + random.NextSingle(), HighFrequencyFactor = 2 + random.NextSingle(),
                    OriginalContextLength = random.Next(1, 9000),
                },
                _ => null,
            },
            TiedHead = random.Next(2) == 0,
            RotaryBase = 1 + (1e6f * random.NextSingle()),
        };
    }
}
