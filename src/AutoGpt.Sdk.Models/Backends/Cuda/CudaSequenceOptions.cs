using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>How a sequence is decoded on a device.</summary>
internal sealed record CudaSequenceOptions
{
    /// <summary>Whether keys and values are kept in bf16; otherwise in f16, which is more exact and overflows at 65,504. Default false.</summary>
    public bool Bf16Cache { get; init; }

    /// <summary>How a product is spread over the device. Default null: <see cref="CudaGemv.DefaultPlan"/>.</summary>
    public Func<CudaMatrix, GemvPlan>? Plan { get; init; }

    /// <summary>Attention blocks a multiprocessor is given. Default 1.</summary>
    public int AttentionBlocks { get; init; } = 1;

    /// <summary>Positions an attention block takes at least. Default 256.</summary>
    public int SmallestShare { get; init; } = 256;
}
