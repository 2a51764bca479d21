namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// A linear layer's weights, <c>[Rows, Columns]</c> = <c>[out, in]</c>. Immutable and thread-safe. A product's element does not depend on
/// how many inputs are multiplied together nor on how rows are shared out to threads: each is one dot product in one fixed order.
/// </summary>
public abstract class WeightMatrix
{
    // Below this many multiplications a second thread costs more than it brings.
    private const long ParallelWork = 1 << 20;

    private protected WeightMatrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>Bytes of weights and scales.</summary>
    public abstract long Bytes { get; }

    /// <summary><c>outputs[i] = W · inputs[i]</c> for every row of inputs.</summary>
    /// <param name="inputs"><c>[count, Columns]</c>.</param>
    /// <param name="outputs">Receives <c>[count, Rows]</c>.</param>
    /// <param name="count">Number of inputs.</param>
    /// <param name="threads">Threads that may work on it, at least 1.</param>
    public void Multiply(Memory<float> inputs, Memory<float> outputs, int count, int threads)
    {
        if (threads <= 1 || (long)Rows * Columns * count < ParallelWork)
        {
            MultiplyRows(0, Rows, inputs.Span, outputs.Span, count);
            return;
        }

        MultiplyParallel(inputs, outputs, count, threads);
    }

    /// <summary>Writes one row as single precision: an embedding's vector.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> − 1.</param>
    /// <param name="output">Receives <c>[Columns]</c>.</param>
    public abstract void CopyRow(int row, Span<float> output);

    private protected abstract float Dot(int row, ReadOnlySpan<float> input);

    // Apart from Multiply, which would otherwise pay for the closure on every call.
    private void MultiplyParallel(Memory<float> inputs, Memory<float> outputs, int count, int threads)
    {
        int share = (Rows + threads - 1) / threads;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, worker =>
        {
            int start = Math.Min(worker * share, Rows);
            MultiplyRows(start, Math.Min(start + share, Rows), inputs.Span, outputs.Span, count);
        });
    }

    private void MultiplyRows(int start, int end, ReadOnlySpan<float> inputs, Span<float> outputs, int count)
    {
        // Row outermost: a row of weights is read from memory once and serves every input from the cache.
        for (int row = start; row < end; row++)
        {
            for (int input = 0; input < count; input++)
            {
                outputs[(input * Rows) + row] = Dot(row, inputs.Slice(input * Columns, Columns));
            }
        }
    }
}
