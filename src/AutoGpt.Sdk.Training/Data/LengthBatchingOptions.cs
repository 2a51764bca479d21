namespace AutoGpt.Sdk.Training;

/// <summary>How a <see cref="ClassificationDataset"/> or a <see cref="SequencePairDataset"/> is batched.</summary>
public sealed record LengthBatchingOptions
{
    /// <summary>Tokens per batch, padding included; at least as many as the longest row has, with what belongs to it. Default 2048.</summary>
    public int TokensPerBatch { get; init; } = 2048;

    /// <summary>Seed of the order. Default 0.</summary>
    public long Seed { get; init; }

    internal void Require(int tokens, string parameter)
    {
        if (tokens > TokensPerBatch)
        {
            throw new ArgumentException($"A row has {tokens} tokens, more than the {TokensPerBatch} of a batch. Leave it out or enlarge TokensPerBatch.", parameter);
        }
    }
}
