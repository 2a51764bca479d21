using System.Buffers.Binary;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// The order in which quantised weights are uploaded, so that neighbouring threads read neighbouring memory: scales apart from weights, those of
/// four rows side by side; in a row every block's first 16 bytes, then (Q8_0) every block's last 16.
/// </summary>
public static class CudaWeightLayout
{
    /// <summary>Weights that share a scale.</summary>
    public const int BlockSize = 32;

    private const int RowsOfScales = 4;

    /// <summary>Whether a format has scales.</summary>
    /// <param name="format">The format.</param>
    public static bool IsQuantized(CudaWeightFormat format) => format is CudaWeightFormat.Q8 or CudaWeightFormat.Q4;

    /// <summary>How files have the weights of a format.</summary>
    /// <param name="format">The format.</param>
    public static WeightFormat FileFormat(this CudaWeightFormat format) => format switch
    {
        CudaWeightFormat.Bf16 => WeightFormat.BF16,
        CudaWeightFormat.F16 => WeightFormat.F16,
        CudaWeightFormat.Q8 => WeightFormat.Q8_0,
        CudaWeightFormat.Q4 => WeightFormat.Q4_0,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a weight format."),
    };

    /// <summary>Bytes of weights.</summary>
    /// <param name="format">The format.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    public static long WeightBytes(CudaWeightFormat format, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % (IsQuantized(format) ? BlockSize : 8), 0, nameof(columns));
        return (long)rows * format switch { CudaWeightFormat.Q8 => columns, CudaWeightFormat.Q4 => columns / 2, _ => 2L * columns };
    }

    /// <summary>Bytes of scales; 0 when not quantised.</summary>
    /// <param name="format">The format.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    public static long ScaleBytes(CudaWeightFormat format, int rows, int columns) =>
        IsQuantized(format) ? 2L * ((rows + RowsOfScales - 1) / RowsOfScales * RowsOfScales) * (columns / BlockSize) : 0;

    /// <summary>Reorders GGUF's blocks: an f16 scale, then 32 signed bytes or 16 pairs of nibbles.</summary>
    /// <param name="format">Q8 or Q4.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="blocks">The file's bytes.</param>
    /// <param name="weights">Receives <see cref="WeightBytes"/>.</param>
    /// <param name="scales">Receives <see cref="ScaleBytes"/> / 2 half-precision numbers.</param>
    public static void Pack(CudaWeightFormat format, int rows, int columns, ReadOnlySpan<byte> blocks, Span<byte> weights, Span<ushort> scales)
    {
        int parts = format switch
        {
            CudaWeightFormat.Q8 => 2,
            CudaWeightFormat.Q4 => 1,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Only quantised weights come in blocks."),
        };
        int units = columns / BlockSize;
        int blockBytes = 2 + (16 * parts);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length, rows * units * blockBytes, nameof(blocks));
        scales.Clear();
        for (int row = 0; row < rows; row++)
        {
            for (int unit = 0; unit < units; unit++)
            {
                ReadOnlySpan<byte> block = blocks.Slice(((row * units) + unit) * blockBytes, blockBytes);
                scales[((((row / RowsOfScales) * units) + unit) * RowsOfScales) + (row % RowsOfScales)] = BinaryPrimitives.ReadUInt16LittleEndian(block);
                for (int part = 0; part < parts; part++)
                {
                    block.Slice(2 + (16 * part), 16).CopyTo(weights[(16 * ((((row * parts) + part) * units) + unit))..]);
                }
            }
        }
    }
}
