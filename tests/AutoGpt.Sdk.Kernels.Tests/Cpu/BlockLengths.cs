using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>What the decoder of blocks asks of a format.</summary>
internal static class BlockLengths
{
    public static int BlockLength(this WeightFormat format) => WeightFormats.BlockLength(format);
}
