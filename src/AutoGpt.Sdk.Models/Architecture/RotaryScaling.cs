namespace AutoGpt.Sdk.Models;

/// <summary>How rotary frequencies were stretched so that a network trained on short contexts reads longer ones.</summary>
public sealed record RotaryScaling
{
    /// <summary>The rule.</summary>
    public required RotaryScalingKind Kind { get; init; }

    /// <summary>How many times slower the stretched frequencies turn; at least 1.</summary>
    public required float Factor { get; init; }

    /// <summary>Llama 3: wavelengths above <see cref="OriginalContextLength"/> / this are stretched in full. Default 1.</summary>
    public float LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: wavelengths below <see cref="OriginalContextLength"/> / this stay as they are. Above <see cref="LowFrequencyFactor"/>. Default 4.</summary>
    public float HighFrequencyFactor { get; init; } = 4;

    /// <summary>Llama 3: tokens of the context before stretching. Default 8192.</summary>
    public int OriginalContextLength { get; init; } = 8192;

    /// <summary>The angle that a pair of elements turns by per position, in radians.</summary>
    /// <param name="frequency">The angle before stretching.</param>
    public double Stretch(double frequency)
    {
        if (Kind == RotaryScalingKind.Linear)
        {
            return frequency / Factor;
        }

        double turns = OriginalContextLength * frequency / (2 * Math.PI);
        double share = Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
        return (share * frequency) + ((1 - share) * frequency / Factor);
    }

    internal void Validate()
    {
        if (!Enum.IsDefined(Kind) || !(Factor >= 1) || !(LowFrequencyFactor > 0) || !(HighFrequencyFactor > LowFrequencyFactor) || OriginalContextLength < 1
            || !float.IsFinite(Factor) || !float.IsFinite(HighFrequencyFactor))
        {
            throw new ArgumentException($"RotaryScaling is {this}; it must have a factor of at least 1 and low < high frequency factors above 0.", nameof(TransformerConfig.RotaryScaling));
        }
    }
}

/// <summary>Rules of <see cref="RotaryScaling"/>.</summary>
public enum RotaryScalingKind
{
    /// <summary>Every frequency is divided by the factor (Chen et al. 2023).</summary>
    Linear,

    /// <summary>Llama 3.1's rule: high frequencies stay, low ones are divided, those between are mixed.</summary>
    Llama3,
}
