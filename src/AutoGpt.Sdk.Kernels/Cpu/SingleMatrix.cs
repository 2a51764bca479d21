using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Weights in single precision.</summary>
public sealed class SingleMatrix : WeightMatrix
{
    private readonly float[] _values;

    /// <summary>Takes the weights over.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="values"><c>[rows, columns]</c>; not copied.</param>
    public SingleMatrix(int rows, int columns, float[] values)
        : base(rows, columns)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, checked(rows * columns), nameof(values));
        _values = values;
    }

    /// <inheritdoc/>
    public override long Bytes => 4L * _values.Length;

    /// <inheritdoc/>
    public override void CopyRow(int row, Span<float> output) => _values.AsSpan(row * Columns, Columns).CopyTo(output);

    private protected override float Dot(int row, ReadOnlySpan<float> input) => TensorPrimitives.Dot(_values.AsSpan(row * Columns, Columns), input);
}
