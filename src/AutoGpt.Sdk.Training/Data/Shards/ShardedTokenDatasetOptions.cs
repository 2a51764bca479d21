namespace AutoGpt.Sdk.Training;

/// <summary>How a <see cref="ShardedTokenDataset"/> is batched.</summary>
public sealed record ShardedTokenDatasetOptions
{
    /// <summary>Tokens per row, at least 1. Default 256.</summary>
    public int BlockLength { get; init; } = 256;

    /// <summary>Rows per batch, at least 1. Default 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Seed of the order. Default 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        OptionRange.Require(BlockLength >= 1, BlockLength, "at least 1");
        OptionRange.Require(BatchSize >= 1, BatchSize, "at least 1");
    }
}
