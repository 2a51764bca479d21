using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Rows of activations, and what the products read of them: bytes, each block of 32 by its own largest magnitude, so that a row depends on no other.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Numbers of a row.</param>
public sealed unsafe class ActivationRows(int rows, int columns) : IDisposable
{
    private readonly AlignedMemory _memory = new((long)rows * new ActivationLayout(columns).Stride);

    /// <summary>Number of rows.</summary>
    public int Rows => rows;

    internal ActivationLayout Layout { get; } = new(columns);

    /// <summary>The numbers of a row: write them, then call <see cref="Quantize(int)"/>.</summary>
    /// <param name="row">From 0.</param>
    public Span<float> this[int row] => new(Row(row) + Layout.Values, columns);

    /// <summary>Makes of a row's numbers what the products read, bytes among them.</summary>
    /// <param name="row">From 0.</param>
    public void Quantize(int row) => Quantize(Row(row), Layout, 0, Layout.Blocks);

    /// <summary>The same for a part of a row.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="start">The first; a multiple of 32.</param>
    /// <param name="count">How many; up to the row's end, or a multiple of 32.</param>
    public void Quantize(int row, int start, int count) =>
        Quantize(Row(row), Layout, start / ActivationLayout.BlockSize, (start + count + ActivationLayout.BlockSize - 1) / ActivationLayout.BlockSize);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    internal byte* Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        return _memory.Pointer + ((long)row * Layout.Stride);
    }

    private static void Quantize(byte* row, ActivationLayout layout, int first, int end)
    {
        float* values = (float*)(row + layout.Values);
        float* raised = (float*)(row + layout.RaisedValues);
        float* scales = (float*)(row + layout.Scales);
        int* sums = (int*)(row + layout.Sums);
        int* negatives = (int*)(row + layout.Negatives);
        int* halves = (int*)(row + layout.HalfSums);
        for (int block = first; block < end; block++)
        {
            int start = block * ActivationLayout.BlockSize;
            Vector512<float> low = Vector512.Load(values + start);
            Vector512<float> high = Vector512.Load(values + start + 16);
            (low * HalfPrecision.Raise).Store(raised + start);
            (high * HalfPrecision.Raise).Store(raised + start + 16);
            float largest = LargestLane.Of(Vector512.Max(Vector512.Abs(low), Vector512.Abs(high)));
            float scale = largest / 127;
            // The reciprocal of a subnormal scale would be infinite; such a block is as good as zero.
            Vector512<float> reciprocal = Vector512.Create(scale > 1e-30f ? 1 / scale : 0);
            scales[block] = scale > 1e-30f ? scale : 0;
            Vector256<short> shorts = Vector256.Narrow(Round(low * reciprocal), Round(low * reciprocal, 1));
            Vector256<short> upper = Vector256.Narrow(Round(high * reciprocal), Round(high * reciprocal, 1));
            Vector256<sbyte> bytes = Vector256.Narrow(shorts, upper);
            Vector256<sbyte> signs = Vector256.LessThan(bytes, Vector256<sbyte>.Zero);
            bytes.Store((sbyte*)row + start);
            Vector256.Abs(bytes).Store((sbyte*)row + layout.Magnitudes + start);
            signs.Store((sbyte*)row + layout.Signs + start);
            halves[2 * block] = Vector256.Sum(shorts);
            halves[(2 * block) + 1] = Vector256.Sum(upper);
            sums[block] = halves[2 * block] + halves[(2 * block) + 1];
            negatives[block] = -(Vector256.Sum(Vector256.Min(shorts, Vector256<short>.Zero)) + Vector256.Sum(Vector256.Min(upper, Vector256<short>.Zero)));
        }
    }

    private static Vector256<int> Round(Vector512<float> values, int half = 0)
    {
        Vector256<float> part = half == 0 ? values.GetLower() : values.GetUpper();
        return Vector256.ConvertToInt32(Vector256.Round(part));
    }
}
