namespace AutoGpt.Sdk.Kernels;

/// <summary>What a product reads of its activations besides the numbers themselves.</summary>
[Flags]
internal enum ActivationParts
{
    /// <summary>The numbers are enough.</summary>
    None = 0,

    /// <summary>Blocks of bytes.</summary>
    Bytes = 1,

    /// <summary>The bytes' magnitudes and signs apart.</summary>
    Magnitudes = 2,

    /// <summary>The numbers times <see cref="HalfPrecision.Raise"/>.</summary>
    Raised = 4,

    /// <summary>Everything.</summary>
    All = Bytes | Magnitudes | Raised,
}
