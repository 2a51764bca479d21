namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// A linear layer's weights, <c>[Rows, Columns]</c> = <c>[out, in]</c>, in the layout the kernels read: tiles of 32 rows, outside the garbage collector's heap.
/// Immutable and thread-safe. An element of a product depends on its row of weights and its row of activations alone, and comes in the same order of
/// additions however many rows are multiplied together, on however many threads and on whatever vectors.
/// </summary>
public sealed unsafe class PackedMatrix : IDisposable
{
    private readonly WeightMemory? _own;
    private readonly byte* _start;

    private PackedMatrix(WeightFormat format, int rows, int columns, WeightMemory? memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Format = format;
        Rows = rows;
        Columns = columns;
        Tiles = (rows + TilePacker.TileRows - 1) / TilePacker.TileRows;
        TileBytes = TilePacker.TileBytes(format, columns);
        Kernel = MatrixKernel.Best(format, columns);
        _own = memory is null ? new WeightMemory(Bytes) : null;
        _start = (memory ?? _own)!.Rent(Bytes);
    }

    /// <summary>How the weights are kept.</summary>
    public WeightFormat Format { get; }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>Bytes in memory, which a product with one row of activations reads once.</summary>
    public long Bytes => Tiles * TileBytes;

    /// <summary>Whether activations are rounded to bytes before they are multiplied.</summary>
    public bool IsQuantized => Format is not (WeightFormat.F32 or WeightFormat.F16 or WeightFormat.BF16);

    internal int Tiles { get; }

    internal long TileBytes { get; }

    internal MatrixKernel Kernel { get; }

    /// <summary>Bytes that a matrix takes.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    public static long BytesOf(WeightFormat format, int rows, int columns) =>
        (rows + TilePacker.TileRows - 1L) / TilePacker.TileRows * TilePacker.TileBytes(format, columns);

    /// <summary>Packs weights as they lie in a file.</summary>
    /// <param name="format">Their format.</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs; a multiple of the format's block where that is 256.</param>
    /// <param name="source">Rows of blocks, <see cref="WeightFormats.RowBytes"/> each, little-endian.</param>
    /// <param name="memory">Where to put them; it must outlive the matrix. Default: memory of the matrix's own.</param>
    /// <exception cref="ArgumentException">The source has another length, or the columns end within a block of 256.</exception>
    public static PackedMatrix Pack(WeightFormat format, int rows, int columns, ReadOnlyMemory<byte> source, WeightMemory? memory = null)
    {
        long rowBytes = format.RowBytes(columns);
        if (source.Length != rowBytes * rows)
        {
            throw new ArgumentException($"{source.Length} bytes are no {rows} rows of {rowBytes} bytes.", nameof(source));
        }

        if (format.BlockLength() == 256 && columns % 256 != 0)
        {
            throw new ArgumentException($"{columns} columns are no multiple of 256.", nameof(columns));
        }

        PackedMatrix matrix = new(format, rows, columns, memory);
        Parallel.For(0, matrix.Tiles, tile =>
        {
            new Span<byte>(matrix.Tile(tile), (int)matrix.TileBytes).Clear();
            for (int row = tile * TilePacker.TileRows; row < Math.Min(rows, (tile + 1) * TilePacker.TileRows); row++)
            {
                TilePacker.PackRow(format, source.Span.Slice((int)(row * rowBytes), (int)rowBytes), columns, matrix.Tile(tile), row % TilePacker.TileRows);
            }
        });
        return matrix;
    }

    /// <summary>Writes one row as single precision: an embedding's vector.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> − 1.</param>
    /// <param name="output">Receives <c>[Columns]</c>.</param>
    public void CopyRow(int row, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        TileRow.Read(Format, Tile(row / TilePacker.TileRows), row % TilePacker.TileRows, output[..Columns]);
    }

    /// <summary>Frees memory of the matrix's own; the matrix must not be in use.</summary>
    public void Dispose() => _own?.Dispose();

    internal byte* Tile(int index) => _start + (index * TileBytes);
}
