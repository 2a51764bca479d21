using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>A figure and where it would lie had other items been drawn.</summary>
/// <param name="Estimate">The figure of the items as they are.</param>
/// <param name="Lower">Lower bound.</param>
/// <param name="Upper">Upper bound.</param>
/// <param name="Level">The confidence level, for instance .95.</param>
public readonly record struct ConfidenceInterval(double Estimate, double Lower, double Upper, double Level)
{
    /// <summary>For instance <c>31.42 [28.9, 33.7]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Estimate:g4} [{Lower:g4}, {Upper:g4}]");
}
