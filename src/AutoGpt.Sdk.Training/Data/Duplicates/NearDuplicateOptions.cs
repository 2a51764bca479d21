namespace AutoGpt.Sdk.Training;

/// <summary>What counts as a near duplicate.</summary>
public sealed record NearDuplicateOptions
{
    /// <summary>
    /// Texts whose estimated Jaccard similarity is this or more are near duplicates, above 0 and at most 1: the shingles that both have, divided by those that either has. Default .8.
    /// </summary>
    public double Threshold { get; init; } = .8;

    /// <summary>
    /// Words a shingle, at least 1; a character of Chinese, Japanese, Thai or another script without spaces is a word. One word changed in the middle of a text changes this many shingles. Default 3.
    /// </summary>
    public int ShingleLength { get; init; } = 3;

    /// <summary>
    /// Hash functions, from 16 to 1024: the estimate's standard error is √(J(1 − J)/hashes), .035 at J = .8 and the default. Each record takes four bytes for each, and as much again for
    /// the index. Default 128.
    /// </summary>
    public int Hashes { get; init; } = 128;

    /// <summary>Seed of the hash functions. Default 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        OptionRange.Require(Threshold is > 0 and <= 1, Threshold, "above 0 and at most 1");
        OptionRange.Require(ShingleLength >= 1, ShingleLength, "at least 1");
        OptionRange.Require(Hashes is >= 16 and <= 1024, Hashes, "from 16 to 1024");
    }
}
