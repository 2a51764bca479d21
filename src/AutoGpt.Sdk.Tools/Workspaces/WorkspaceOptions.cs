namespace AutoGpt.Sdk.Tools;

/// <summary>The bounds of a workspace.</summary>
public sealed record WorkspaceOptions
{
    /// <summary>Bytes of a file that is read or written, and of a result. Default 16 MiB, at least 1.</summary>
    public long MaxBytes { get; init; } = 16 << 20;

    /// <summary>Files that a listing or a search visits. Default 10,000, at least 1.</summary>
    public int MaxFiles { get; init; } = 10_000;
}
