namespace AutoGpt.Sdk.Training;

/// <summary>How an <see cref="Augmenter"/> works.</summary>
public sealed record AugmenterOptions
{
    /// <summary>Further records tried for each, at least 1. Default 1.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Seed of everything that is drawn. Default 0.</summary>
    public long Seed { get; init; }

    internal void Validate() => OptionRange.Require(Copies >= 1, Copies, "at least 1");
}
