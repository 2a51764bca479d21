namespace AutoGpt.Sdk.Kernels;

/// <summary>Rows of singles outside the garbage collector's heap; each begins a cache line. Not thread-safe, but rows are independent.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="width">Elements of a row.</param>
public sealed unsafe class FloatRows(int rows, int width) : IDisposable
{
    // Filled up to whole pairs of tiles, so that a product may write all of its lanes.
    private readonly int _stride = (width + 31) & ~31;

    private readonly AlignedMemory _memory = new((long)rows * ((width + 31) & ~31) * sizeof(float));

    /// <summary>Number of rows.</summary>
    public int Count => rows;

    /// <summary>Elements of a row.</summary>
    public int Width => width;

    /// <summary>A row.</summary>
    /// <param name="index">From 0.</param>
    public Span<float> this[int index] => new(Row(index), width);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    internal float* Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)rows, nameof(index));
        return (float*)_memory.Pointer + ((long)index * _stride);
    }
}
