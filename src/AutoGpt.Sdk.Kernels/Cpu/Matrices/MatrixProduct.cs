using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>A product of several matrices with the same rows of activations: queries, keys and values, or a head. Reused; one caller at a time.</summary>
public sealed unsafe class MatrixProduct : ParallelWork
{
    // A part is so many bytes of weights: enough to make its taking cheap, few enough to share a matrix out evenly.
    private const long PartBytes = 96 << 10;

    private readonly Target[] _targets = new Target[3];
    private int _count;
    private ActivationRows _inputs = null!;
    private int _rows;

    /// <summary>Begins a product.</summary>
    /// <param name="inputs">The activations, quantised where a matrix is.</param>
    /// <param name="rows">How many of their rows.</param>
    public MatrixProduct Of(ActivationRows inputs, int rows)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, inputs.Rows);
        _inputs = inputs;
        _rows = rows;
        _count = 0;
        return this;
    }

    /// <summary>Multiplies by a matrix too: <c>outputs[row] (+)= matrix · inputs[row] + bias</c>.</summary>
    /// <param name="matrix">The matrix; at most three in all.</param>
    /// <param name="bias">One row <c>[matrix.Rows]</c>, or null.</param>
    /// <param name="outputs">Receives <c>[rows, matrix.Rows]</c>.</param>
    /// <param name="isAdded">Whether the outputs keep what they hold and the product is added.</param>
    public MatrixProduct By(PackedMatrix matrix, FloatRows? bias, FloatRows outputs, bool isAdded = false)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(outputs);
        if (matrix.Columns != _inputs.Layout.Columns || outputs.Width < matrix.Rows || outputs.Count < _rows || (bias is not null && bias.Width != matrix.Rows))
        {
            throw new ArgumentException($"A matrix [{matrix.Rows}, {matrix.Columns}] does not fit {_rows} inputs of {_inputs.Layout.Columns} and outputs [{outputs.Count}, {outputs.Width}].", nameof(matrix));
        }

        if ((matrix.Kernel.Reads & ~_inputs.Parts) != 0)
        {
            throw new ArgumentException($"The inputs were not made for a matrix of {matrix.Format}: name it among their readers.", nameof(matrix));
        }

        int share = (int)Math.Clamp(PartBytes / matrix.TileBytes, 1, matrix.Tiles);
        _targets[_count] = new Target
        {
            Matrix = matrix, Bias = bias, Outputs = outputs, IsAdded = isAdded, Share = share,
            FirstPart = _count == 0 ? 0 : _targets[_count - 1].EndPart,
            EndPart = (_count == 0 ? 0 : _targets[_count - 1].EndPart) + ((matrix.Tiles + share - 1) / share),
        };
        _count++;
        return this;
    }

    /// <summary>Computes.</summary>
    /// <param name="pool">The threads.</param>
    public void Run(WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        pool.Run(this, _targets[_count - 1].EndPart);
    }

    /// <inheritdoc/>
    protected internal override void Execute(int part)
    {
        int index = 0;
        while (part >= _targets[index].EndPart)
        {
            index++;
        }

        ref Target target = ref _targets[index];
        int first = (part - target.FirstPart) * target.Share;
        Multiply(target, first, Math.Min(first + target.Share, target.Matrix.Tiles));
    }

    private void Multiply(in Target target, int first, int end)
    {
        PackedMatrix matrix = target.Matrix;
        int together = matrix.Kernel.MostRows;
        // At a cache line: some kernels add to it as to registers.
        byte* memory = stackalloc byte[(together * TilePacker.TileRows * sizeof(float)) + 64];
        float* sums = (float*)(((nint)memory + 63) & ~63);
        ActivationLayout layout = _inputs.Layout;
        // All rows for a tile: its weights come from memory once.
        for (int index = first; index < end; index++)
        {
            byte* tile = matrix.Tile(index);
            for (int row = 0; row < _rows; row += together)
            {
                int count = Math.Min(together, _rows - row);
                matrix.Kernel.Multiply(tile, _inputs.Row(row), layout, count, sums);
                for (int inner = 0; inner < count; inner++)
                {
                    Write(target, index, row + inner, sums + (TilePacker.TileRows * inner));
                }
            }
        }
    }

    private static void Write(in Target target, int tile, int row, float* sums)
    {
        int start = TilePacker.TileRows * tile;
        float* output = target.Outputs.Row(row) + start;
        float* bias = target.Bias is { } shift ? shift.Row(0) + start : null;
        int count = Math.Min(32, target.Matrix.Rows - start);
        if (count < 32)
        {
            for (int lane = 0; lane < count; lane++)
            {
                float value = bias is null ? sums[lane] : sums[lane] + bias[lane];
                output[lane] = target.IsAdded ? output[lane] + value : value;
            }

            return;
        }

        Vector512<float> low = Vector512.Load(sums);
        Vector512<float> high = Vector512.Load(sums + 16);
        if (bias is not null)
        {
            low += Vector512.Load(bias);
            high += Vector512.Load(bias + 16);
        }

        if (target.IsAdded)
        {
            low += Vector512.Load(output);
            high += Vector512.Load(output + 16);
        }

        low.Store(output);
        high.Store(output + 16);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Target
    {
        public PackedMatrix Matrix;
        public FloatRows? Bias;
        public FloatRows Outputs;
        public bool IsAdded;
        public int Share;
        public int FirstPart;
        public int EndPart;
    }
}
