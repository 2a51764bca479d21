namespace AutoGpt.Sdk.Training;

/// <summary>How a <see cref="TokenDataset"/> is split and cut.</summary>
public sealed record TokenDatasetOptions
{
    /// <summary>Tokens per row (nanoGPT: block size), at least 1. Default 256.</summary>
    public int BlockLength { get; init; } = 256;

    /// <summary>Rows per batch, at least 1. Default 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Share of the tokens, at the end, that is held out, from 0 to below 1. Default .1.</summary>
    public double ValidationShare { get; init; } = .1;

    /// <summary>Seed of the windows' positions. Default 0.</summary>
    public long Seed { get; init; }
}
