using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>What a matrix-vector product is followed by; the numbers are gemv.cu's.</summary>
public enum GemvEnding
{
    /// <summary>The product is stored.</summary>
    Store,

    /// <summary>It is added to a residual.</summary>
    AddResidual,

    /// <summary>Rows come in pairs of gate and up; <c>silu(gate) · up</c> is stored.</summary>
    SwiGlu,

    /// <summary>The row of the largest value is chosen.</summary>
    Greedy,
}

/// <summary>Arguments of the gemv kernels. Addresses are the device's; fields as in gemv.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct GemvArguments
{
    /// <summary><c>[rows, columns]</c>, laid out as the format says.</summary>
    public nint Weights;

    /// <summary>Scales of quantised weights, or 0.</summary>
    public nint Scales;

    /// <summary><c>[columns]</c>, single precision.</summary>
    public nint X;

    /// <summary>Weights of the normalisation before the product, or 0 for none.</summary>
    public nint Norm;

    /// <summary><c>[rows]</c> or 0.</summary>
    public nint Bias;

    /// <summary><c>[rows]</c>, for <see cref="GemvEnding.AddResidual"/>; may be the output.</summary>
    public nint Residual;

    /// <summary>Receives <c>[rows]</c>, or <c>[rows / 2]</c> for <see cref="GemvEnding.SwiGlu"/>; 0 for a greedy choice alone.</summary>
    public nint Output;

    /// <summary>Receives the greedy choice.</summary>
    public nint Best;

    /// <summary>Outputs.</summary>
    public int Rows;

    /// <summary>Inputs.</summary>
    public int Columns;

    /// <summary>A multiple of the kernel's tile.</summary>
    public int RowsPerBlock;

    /// <summary>Warps that share a row.</summary>
    public int WarpsPerRow;

    /// <summary>Added to the mean square.</summary>
    public float Epsilon;

    /// <summary>What follows.</summary>
    public GemvEnding Ending;

    /// <summary>Tiles fetched into the device's cache ahead of the one being loaded.</summary>
    public int Ahead;
}

/// <summary>Arguments of the batch kernels; fields as in batch.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct BatchArguments
{
    /// <summary>As for one sequence, with the vectors, residuals and outputs of the sequences one after another.</summary>
    public GemvArguments Product;

    /// <summary>Scratch memory, <see cref="CudaBatch.InputBytes"/>.</summary>
    public nint Inputs;

    /// <summary>Scratch memory, <see cref="CudaBatch.InputScaleBytes"/>; 0 for bf16.</summary>
    public nint InputScales;

    /// <summary>Sequences, 1 to 8.</summary>
    public int Batch;

    /// <summary>Columns with those of the padding.</summary>
    public int Padded;
}

/// <summary>Arguments of the attention kernels; fields as in attention.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct AttentionArguments
{
    /// <summary>Query, key and value of the new position, not rotated.</summary>
    public nint Qkv;

    /// <summary><c>[keyValueHeads, capacity, headSize]</c>, 16 bits each.</summary>
    public nint Keys;

    /// <summary>As the keys.</summary>
    public nint Values;

    /// <summary><c>[capacity, headSize / 2]</c>.</summary>
    public nint Cosines;

    /// <summary><c>[capacity, headSize / 2]</c>.</summary>
    public nint Sines;

    /// <summary>Receives <c>[heads, headSize]</c>.</summary>
    public nint Output;

    /// <summary>Scratch memory, <see cref="CudaAttention.ScratchBytes"/>.</summary>
    public nint Shares;

    /// <summary><c>[keyValueHeads]</c> integers, zero.</summary>
    public nint Counters;

    /// <summary>The new position, an integer in device memory.</summary>
    public nint Position;

    /// <summary>Query heads.</summary>
    public int Heads;

    /// <summary>Key and value heads.</summary>
    public int KeyValueHeads;

    /// <summary>Positions the cache has room for.</summary>
    public int Capacity;

    /// <summary>Blocks that share a head.</summary>
    public int Splits;

    /// <summary>Positions a block takes at least.</summary>
    public int SmallestShare;

    /// <summary>log2(e) / √headSize.</summary>
    public float Scale;
}

/// <summary>Arguments of the embedding kernels; fields as in embedding.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct EmbeddingArguments
{
    /// <summary><c>[vocabulary, columns]</c>.</summary>
    public nint Table;

    /// <summary>Scales of a quantised table, or 0.</summary>
    public nint Scales;

    /// <summary>The text's ids.</summary>
    public nint Ids;

    /// <summary>A <see cref="DecodeState"/>.</summary>
    public nint State;

    /// <summary>Receives <c>[columns]</c>.</summary>
    public nint Output;

    /// <summary>Width.</summary>
    public int Columns;
}

/// <summary>Where a decode is; lives in device memory, so that one graph serves every step.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct DecodeState
{
    /// <summary>Position of the row being computed; −1 before the first step.</summary>
    public int Position;

    /// <summary>Tokens that are given: read, not chosen.</summary>
    public int Given;

    /// <summary>The last greedy choice.</summary>
    public ulong Best;
}

/// <summary>What the fill kernel writes.</summary>
public enum FillKind
{
    /// <summary>Random bits.</summary>
    Bits,

    /// <summary>Two bf16 numbers a word.</summary>
    PairsOfBf16,

    /// <summary>Two f16 numbers a word.</summary>
    PairsOfF16,

    /// <summary>Single precision.</summary>
    Single,
}

/// <summary>Arguments of the fill kernel; fields as in memory.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct FillArguments
{
    /// <summary>Receives the words.</summary>
    public nint Words;

    /// <summary>Words of 4 bytes.</summary>
    public long Count;

    /// <summary>Seed.</summary>
    public uint Seed;

    /// <summary>What is written.</summary>
    public FillKind Kind;

    /// <summary>Middle of the numbers.</summary>
    public float Center;

    /// <summary>Furthest distance from the middle.</summary>
    public float Spread;
}

/// <summary>Arguments of the kernels that measure bandwidth; fields as in memory.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct StreamArguments
{
    /// <summary>Is read.</summary>
    public nint Source;

    /// <summary>Is written.</summary>
    public nint Target;

    /// <summary>Words of 16 bytes.</summary>
    public long Count;
}
