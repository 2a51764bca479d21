using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Weights as signed bytes with one scale per group of 32 columns: a quarter of the memory of single precision. A weight is off by
/// at most half a step, 1/254 of the largest weight of its group.
/// </summary>
public sealed class Int8Matrix : WeightMatrix
{
    /// <summary>Columns that share a scale.</summary>
    public const int GroupSize = 32;

    private readonly sbyte[] _values;
    private readonly float[] _scales;
    private readonly int _groups;

    /// <summary>Quantises weights.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="values"><c>[rows, columns]</c>.</param>
    public Int8Matrix(int rows, int columns, ReadOnlySpan<float> values)
        : base(rows, columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, checked(rows * columns), nameof(values));
        _groups = (columns + GroupSize - 1) / GroupSize;
        _values = new sbyte[values.Length];
        _scales = new float[rows * _groups];
        for (int row = 0; row < rows; row++)
        {
            for (int group = 0; group < _groups; group++)
            {
                int start = (row * columns) + (group * GroupSize);
                int length = Math.Min(GroupSize, columns - (group * GroupSize));
                ReadOnlySpan<float> source = values.Slice(start, length);
                float scale = TensorPrimitives.MaxMagnitude(source) is var largest ? MathF.Abs(largest) / 127 : 0;
                _scales[(row * _groups) + group] = scale;
                for (int index = 0; index < length; index++)
                {
                    _values[start + index] = scale == 0 ? (sbyte)0 : (sbyte)MathF.Round(source[index] / scale);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override long Bytes => _values.Length + (4L * _scales.Length);

    /// <inheritdoc/>
    public override void CopyRow(int row, Span<float> output)
    {
        for (int column = 0; column < Columns; column++)
        {
            output[column] = _values[(row * Columns) + column] * _scales[(row * _groups) + (column / GroupSize)];
        }
    }

    private protected override float Dot(int row, ReadOnlySpan<float> input)
    {
        ReadOnlySpan<sbyte> weights = _values.AsSpan(row * Columns, Columns);
        ReadOnlySpan<float> scales = _scales.AsSpan(row * _groups, _groups);
        float sum = 0;
        for (int group = 0; group < _groups; group++)
        {
            int start = group * GroupSize;
            sum += scales[group] * (Columns - start >= GroupSize
                ? DotGroup(weights.Slice(start, GroupSize), input.Slice(start, GroupSize))
                : DotRest(weights[start..], input[start..]));
        }

        return sum;
    }

    // A vector of bytes widens to two of shorts and four of ints, which become four vectors of floats.
    private static float DotGroup(ReadOnlySpan<sbyte> weights, ReadOnlySpan<float> input)
    {
        if (Vector<sbyte>.Count > GroupSize)
        {
            return DotRest(weights, input);
        }

        Vector<float> sum = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(input);
        ReadOnlySpan<Vector<sbyte>> w = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(weights);
        for (int index = 0; index < w.Length; index++)
        {
            Vector.Widen(w[index], out Vector<short> low, out Vector<short> high);
            Vector.Widen(low, out Vector<int> first, out Vector<int> second);
            Vector.Widen(high, out Vector<int> third, out Vector<int> fourth);
            sum += Vector.ConvertToSingle(first) * x[4 * index];
            sum += Vector.ConvertToSingle(second) * x[(4 * index) + 1];
            sum += Vector.ConvertToSingle(third) * x[(4 * index) + 2];
            sum += Vector.ConvertToSingle(fourth) * x[(4 * index) + 3];
        }

        return Vector.Sum(sum);
    }

    private static float DotRest(ReadOnlySpan<sbyte> weights, ReadOnlySpan<float> input)
    {
        float sum = 0;
        for (int index = 0; index < weights.Length; index++)
        {
            sum += weights[index] * input[index];
        }

        return sum;
    }
}
