using System.Diagnostics.CodeAnalysis;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Formats of weights that the CPU kernels multiply, as GGML defines them.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "GGML spells its types so.")]
public enum WeightFormat
{
    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Half precision.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>32 signed bytes and a scale: 8.5 bits a weight.</summary>
    Q8_0,

    /// <summary>32 four-bit numbers and a scale: 4.5 bits a weight.</summary>
    Q4_0,

    /// <summary>32 five-bit numbers and a scale: 5.5 bits a weight.</summary>
    Q5_0,

    /// <summary>256 four-bit numbers, scales and minimums: 4.5 bits a weight, 4.6 as the kernels keep it.</summary>
    Q4_K,

    /// <summary>256 six-bit numbers and scales: 6.6 bits a weight.</summary>
    Q6_K,
}

/// <summary>Sizes of <see cref="WeightFormat"/>.</summary>
public static class WeightFormats
{
    /// <summary>Weights of a block, which share scales; 1 for floating point.</summary>
    /// <param name="format">The format.</param>
    public static int BlockLength(this WeightFormat format) => format switch
    {
        WeightFormat.F32 or WeightFormat.F16 or WeightFormat.BF16 => 1,
        WeightFormat.Q8_0 or WeightFormat.Q4_0 or WeightFormat.Q5_0 => 32,
        WeightFormat.Q4_K or WeightFormat.Q6_K => 256,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
    };

    /// <summary>Bytes of a block in a file.</summary>
    /// <param name="format">The format.</param>
    public static int BlockBytes(this WeightFormat format) => format switch
    {
        WeightFormat.F32 => 4,
        WeightFormat.F16 or WeightFormat.BF16 => 2,
        WeightFormat.Q8_0 => 34,
        WeightFormat.Q4_0 => 18,
        WeightFormat.Q5_0 => 22,
        WeightFormat.Q4_K => 144,
        WeightFormat.Q6_K => 210,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
    };

    /// <summary>Bytes of a row in a file.</summary>
    /// <param name="format">The format.</param>
    /// <param name="columns">Weights of the row; it may end within a block.</param>
    public static long RowBytes(this WeightFormat format, int columns) =>
        ((long)columns + format.BlockLength() - 1) / format.BlockLength() * format.BlockBytes();
}
