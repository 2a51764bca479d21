namespace AutoGpt.Sdk.Models.Tests;

internal static class RandomConfigs
{
    public static TransformerConfig Next(Random random)
    {
        int keyValueHeads = random.Next(1, 4);
        int heads = keyValueHeads * random.Next(1, 4);
        int headSize = 2 * random.Next(1, 5);
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
            Bias = random.Next(2) == 0,
            TiedHead = random.Next(2) == 0,
            RotaryBase = 1 + (1e6f * random.NextSingle()),
        };
    }
}
