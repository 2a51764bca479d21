namespace AutoGpt.Sdk.Models;

/// <summary>How the contexts of a model share its backend.</summary>
public sealed record SchedulingOptions
{
    /// <summary>
    /// Tokens of all contexts together that are read between two looks at who else waits and who was cancelled: more reads long prompts faster, less lets those
    /// who decode meanwhile go on sooner. Default 256, at least 1.
    /// </summary>
    public int TokensPerTurn { get; init; } = 256;

    internal void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(TokensPerTurn, 1);
}

/// <summary>
/// How many texts a model keeps of those it has read, to begin others with them. It changes no result, only the work: prompts that begin with the same token ids
/// are read from where they part. For generations; on backends that are an <see cref="IBackendCache"/>, where forks cost nothing.
/// </summary>
public sealed record PrefixSharingOptions
{
    /// <summary>Texts kept at most. Default 16; 0 keeps none.</summary>
    public int MaxSequences { get; init; } = 16;

    /// <summary>Tokens kept at most, of all texts together. What several have in common counts for each. Default 4096; a tenth of the cache is a good bound.</summary>
    public int MaxTokens { get; init; } = 4096;

    /// <summary>Tokens that two texts must have in common at least. Default 16, at least 1.</summary>
    public int MinTokens { get; init; } = 16;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxSequences);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinTokens, 1);
    }
}
