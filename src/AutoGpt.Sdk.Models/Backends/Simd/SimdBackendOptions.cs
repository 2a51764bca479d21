namespace AutoGpt.Sdk.Models;

/// <summary>How the CPU decoder keeps and multiplies its weights.</summary>
public sealed record SimdBackendOptions
{
    /// <summary>How weights are kept in memory. Default single precision.</summary>
    public SimdWeightFormat Weights { get; init; } = SimdWeightFormat.F32;

    /// <summary>Threads for large matrices. Default: one per processor. At least 1.</summary>
    public int? Threads { get; init; }
}

/// <summary>How weights are kept in memory.</summary>
public enum SimdWeightFormat
{
    /// <summary>32-bit floating point: four bytes a weight.</summary>
    F32,

    /// <summary>Signed bytes with a scale per 32: a good byte a weight, and logits that differ a little.</summary>
    Int8,
}
