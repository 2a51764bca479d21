namespace AutoGpt.Sdk.Training;

/// <summary>How an <see cref="ExampleDataset"/> is batched.</summary>
public sealed record ExampleDatasetOptions
{
    /// <summary>Tokens per batch, padding included; at least as many as the longest example has. Default 2048.</summary>
    public int TokensPerBatch { get; init; } = 2048;

    /// <summary>Rows are padded to a multiple of this, from 1: fewer shapes, for which libtorch prepares its kernels. Default 8.</summary>
    public int LengthMultiple { get; init; } = 8;

    /// <summary>Id that fills rows up; it is neither seen by other tokens nor predicted. Default 0.</summary>
    public int PaddingId { get; init; }

    /// <summary>Seed of the order. Default 0.</summary>
    public long Seed { get; init; }
}
