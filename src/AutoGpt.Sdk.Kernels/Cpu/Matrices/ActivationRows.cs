using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Rows of activations, and what the products read of them: bytes, each block of 32 by its own largest magnitude, so that a row depends on no other.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Numbers of a row.</param>
/// <param name="readers">The matrices that will multiply them: only what those read is made. Default: whatever any could.</param>
public sealed unsafe class ActivationRows(int rows, int columns, IEnumerable<PackedMatrix>? readers = null) : IDisposable
{
    private readonly AlignedMemory _memory = new((long)rows * new ActivationLayout(columns).Stride);

    /// <summary>Number of rows.</summary>
    public int Rows => rows;

    internal ActivationLayout Layout { get; } = new(columns);

    /// <summary>What is made.</summary>
    internal ActivationParts Parts { get; } = readers?.Aggregate(ActivationParts.None, (parts, matrix) => parts | matrix.Kernel.Reads) ?? ActivationParts.All;

    /// <summary>The numbers of a row: write them, then call <see cref="Quantize(int)"/>.</summary>
    /// <param name="row">From 0.</param>
    public Span<float> this[int row] => new(Row(row) + Layout.Values, columns);

    /// <summary>Makes of a row's numbers what the products read, bytes among them.</summary>
    /// <param name="row">From 0.</param>
    public void Quantize(int row) => Quantize(Row(row), Layout, Parts, 0, Layout.Blocks);

    /// <summary>The same for a part of a row.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="start">The first; a multiple of 32.</param>
    /// <param name="count">How many; up to the row's end, or a multiple of 32.</param>
    public void Quantize(int row, int start, int count) =>
        Quantize(Row(row), Layout, Parts, start / ActivationBlock.Columns, (start + count + ActivationBlock.Columns - 1) / ActivationBlock.Columns);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    internal byte* Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        return _memory.Pointer + ((long)row * Layout.Stride);
    }

    private static void Quantize(byte* row, ActivationLayout layout, ActivationParts parts, int first, int end)
    {
        float* values = (float*)(row + layout.Values);
        float* raised = (float*)(row + layout.RaisedValues);
        ActivationBlock* blocks = (ActivationBlock*)row;
        for (int block = first; block < end; block++)
        {
            int start = block * ActivationBlock.Columns;
            Vector512<float> low = Vector512.Load(values + start);
            Vector512<float> high = Vector512.Load(values + start + 16);
            if ((parts & ActivationParts.Raised) != 0)
            {
                (low * HalfPrecision.Raise).Store(raised + start);
                (high * HalfPrecision.Raise).Store(raised + start + 16);
            }

            if ((parts & (ActivationParts.Bytes | ActivationParts.Magnitudes)) == 0)
            {
                continue;
            }

            ref ActivationBlock to = ref blocks[block];
            float largest = LargestLane.Of(Vector512.Max(Vector512.Abs(low), Vector512.Abs(high)));
            float scale = largest / 127;
            // The reciprocal of a subnormal scale would be infinite; such a block is as good as zero.
            Vector512<float> reciprocal = Vector512.Create(scale > 1e-30f ? 1 / scale : 0);
            to.Scale = scale > 1e-30f ? scale : 0;
            Vector256<short> shorts = Vector256.Narrow(Round(low * reciprocal), Round(low * reciprocal, 1));
            Vector256<short> upper = Vector256.Narrow(Round(high * reciprocal), Round(high * reciprocal, 1));
            Vector256<sbyte> bytes = Vector256.Narrow(shorts, upper);
            bytes.StoreUnsafe(ref to.Bytes[0]);
            to.FirstSum = Vector256.Sum(shorts);
            to.SecondSum = Vector256.Sum(upper);
            to.Sum = to.FirstSum + to.SecondSum;
            if ((parts & ActivationParts.Magnitudes) != 0)
            {
                Vector256.Abs(bytes).Store((sbyte*)row + layout.Magnitudes + start);
                Vector256.LessThan(bytes, Vector256<sbyte>.Zero).Store((sbyte*)row + layout.Signs + start);
                to.Negatives = -(Vector256.Sum(Vector256.Min(shorts, Vector256<short>.Zero)) + Vector256.Sum(Vector256.Min(upper, Vector256<short>.Zero)));
            }
        }
    }

    private static Vector256<int> Round(Vector512<float> values, int half = 0)
    {
        Vector256<float> part = half == 0 ? values.GetLower() : values.GetUpper();
        return Vector256.ConvertToInt32(Vector256.Round(part));
    }
}
