namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Rotary positions (Su et al. 2021) with element i of a head paired with i + size/2, as in Hugging Face files. Immutable and
/// thread-safe.
/// </summary>
public sealed class RotaryTable
{
    private readonly int _half;
    private readonly float[] _cosines;
    private readonly float[] _sines;

    /// <summary>Tabulates the angles in double precision.</summary>
    /// <param name="headSize">Elements of a head; even.</param>
    /// <param name="positions">Positions to tabulate, from 0; with <paramref name="headSize"/> / 2 angles each they must fit an array.</param>
    /// <param name="frequencyBase">Base of the frequencies; 10,000 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">The head's size is odd, or the table does not fit an array.</exception>
    public RotaryTable(int headSize, int positions, double frequencyBase)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(headSize % 2, 0, nameof(headSize));
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        _half = headSize / 2;
        // In 32 bits the product may wrap to a small number.
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)positions * _half, Array.MaxLength, nameof(positions));
        _cosines = new float[positions * _half];
        _sines = new float[positions * _half];
        for (int position = 0; position < positions; position++)
        {
            for (int pair = 0; pair < _half; pair++)
            {
                double angle = position * Math.Pow(frequencyBase, -2.0 * pair / headSize);
                _cosines[(position * _half) + pair] = (float)Math.Cos(angle);
                _sines[(position * _half) + pair] = (float)Math.Sin(angle);
            }
        }
    }

    /// <summary>Rotates every head of a row in place.</summary>
    /// <param name="row"><c>[heads, headSize]</c>.</param>
    /// <param name="position">The row's position, from 0.</param>
    public void Rotate(Span<float> row, int position)
    {
        ReadOnlySpan<float> cosines = _cosines.AsSpan(position * _half, _half);
        ReadOnlySpan<float> sines = _sines.AsSpan(position * _half, _half);
        for (int start = 0; start < row.Length; start += 2 * _half)
        {
            Span<float> first = row.Slice(start, _half);
            Span<float> second = row.Slice(start + _half, _half);
            for (int pair = 0; pair < _half; pair++)
            {
                float a = first[pair];
                float b = second[pair];
                first[pair] = (a * cosines[pair]) - (b * sines[pair]);
                second[pair] = (b * cosines[pair]) + (a * sines[pair]);
            }
        }
    }
}
