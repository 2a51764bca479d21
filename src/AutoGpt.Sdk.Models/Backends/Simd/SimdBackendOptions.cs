using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>How the CPU decoder keeps and multiplies its weights.</summary>
public sealed record SimdBackendOptions
{
    /// <summary>How weights are kept in memory. Default as they are stored.</summary>
    public SimdWeightFormat Weights { get; init; } = SimdWeightFormat.AsStored;

    /// <summary>How keys and values are kept. Default half precision.</summary>
    public KeyValueFormat KeyValues { get; init; } = KeyValueFormat.F16;

    /// <summary>Threads, the caller's included. Default: one per processor. At least 1.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Bytes that the keys and values of all sequences may take together; used as they are needed. At least a page of 32 tokens. Default: half of the memory that
    /// is available to the process.
    /// </summary>
    public long? KeyValueBytes { get; init; }
}

/// <summary>How weights are kept in memory.</summary>
public enum SimdWeightFormat
{
    /// <summary>In the format of the checkpoint, tensor by tensor.</summary>
    AsStored,

    /// <summary>32-bit floating point: four bytes a weight.</summary>
    F32,

    /// <summary>Signed bytes with a scale per 32 (GGML's Q8_0): a good byte a weight, and logits that differ a little.</summary>
    Int8,
}
