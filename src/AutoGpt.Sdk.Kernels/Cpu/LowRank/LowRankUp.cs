namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// The second matrix of a low-rank update (Hu et al. 2021, B) times its factor: <c>[Outputs, Rank]</c> in single precision, outside the garbage collector's heap. Immutable and thread-safe.
/// </summary>
public sealed unsafe class LowRankUp : IDisposable
{
    /// <summary>Outputs of a piece, which one thread makes.</summary>
    public const int PieceOutputs = 512;

    private readonly AlignedMemory _memory;

    /// <summary>Copies the matrix.</summary>
    /// <param name="outputs">Rows.</param>
    /// <param name="rank">Columns.</param>
    /// <param name="weights"><c>[outputs, rank]</c>, row-major.</param>
    /// <param name="scale">What it is multiplied by.</param>
    public LowRankUp(int outputs, int rank, ReadOnlySpan<float> weights, double scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, (long)outputs * rank);
        (Outputs, Rank) = (outputs, rank);
        _memory = new AlignedMemory((outputs + LowRankKernel.UpRows - 1L) / LowRankKernel.UpRows * LowRankKernel.UpRows * rank * sizeof(float));
        for (int output = 0; output < outputs; output++)
        {
            float* to = Tile(output / LowRankKernel.UpRows) + (output % LowRankKernel.UpRows);
            for (int column = 0; column < rank; column++)
            {
                to[LowRankKernel.UpRows * column] = (float)(weights[(output * rank) + column] * scale);
            }
        }
    }

    /// <summary>Rows.</summary>
    public int Outputs { get; }

    /// <summary>Columns.</summary>
    public int Rank { get; }

    /// <summary>How many pieces the outputs are cut into.</summary>
    public int Pieces => (Outputs + PieceOutputs - 1) / PieceOutputs;

    /// <summary>Bytes in memory.</summary>
    public long Bytes => _memory.Bytes;

    /// <summary>Adds the product to a piece of the outputs.</summary>
    /// <param name="hidden">What <see cref="LowRankDown"/> gave, <c>[Rank]</c>.</param>
    /// <param name="piece">From 0.</param>
    /// <param name="outputs"><c>[Outputs]</c>.</param>
    public void Add(ReadOnlySpan<float> hidden, int piece, Span<float> outputs) => Add(LowRankKernel.Best, hidden, piece, outputs);

    /// <summary>Frees the memory; nobody may be multiplying.</summary>
    public void Dispose() => _memory.Dispose();

    internal void Add(LowRankKernel kernel, ReadOnlySpan<float> hidden, int piece, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hidden.Length, Rank);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs.Length, Outputs);
        int end = Math.Min((piece + 1) * PieceOutputs, Outputs);
        float* last = stackalloc float[LowRankKernel.UpRows];
        fixed (float* inner = hidden)
        fixed (float* target = outputs)
        {
            for (int start = piece * PieceOutputs; start < end; start += LowRankKernel.UpRows)
            {
                int count = Math.Min(LowRankKernel.UpRows, Outputs - start);
                if (count == LowRankKernel.UpRows)
                {
                    kernel.Up(Tile(start / LowRankKernel.UpRows), inner, Rank, target + start);
                    continue;
                }

                // A row's end: what lies behind it may be another's.
                Span<float> rest = new(last, LowRankKernel.UpRows);
                rest.Clear();
                outputs.Slice(start, count).CopyTo(rest);
                kernel.Up(Tile(start / LowRankKernel.UpRows), inner, Rank, last);
                rest[..count].CopyTo(outputs[start..]);
            }
        }
    }

    private float* Tile(int index) => (float*)_memory.Pointer + ((nint)index * LowRankKernel.UpRows * Rank);
}
