namespace AutoGpt.Sdk.Training;

/// <summary>How <see cref="Bootstrap"/> draws.</summary>
public sealed record BootstrapOptions
{
    /// <summary>Samples to draw, at least 1. Default 1000.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Confidence level, above 0 and below 1. Default .95.</summary>
    public double Level { get; init; } = .95;

    /// <summary>Seed of the drawing. The same seed gives the same interval, whatever the number of threads. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Threads at most, at least 1; null for as many as there are processors. Default null.</summary>
    public int? Threads { get; init; }

    internal void Validate()
    {
        OptionRange.Require(Samples >= 1, Samples, "at least 1");
        OptionRange.Require(Level is > 0 and < 1, Level, "above 0 and below 1");
        OptionRange.Require(Threads is null or >= 1, Threads, "at least 1, or null for all processors");
    }
}
