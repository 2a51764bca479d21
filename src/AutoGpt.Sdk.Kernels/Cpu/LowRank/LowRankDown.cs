namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// The first matrix of low-rank updates (Hu et al. 2021, A), for all layers that read the same activations, one below the other: <c>[Ranks, Inputs]</c> in single precision, outside the
/// garbage collector's heap. Immutable and thread-safe. A result depends on nothing but its own activations.
/// </summary>
public sealed unsafe class LowRankDown : IDisposable
{
    /// <summary>Inputs of a piece, which one thread multiplies.</summary>
    public const int PieceInputs = 1024;

    private readonly AlignedMemory _memory;

    /// <summary>Copies the matrix.</summary>
    /// <param name="ranks">Rows.</param>
    /// <param name="inputs">Columns.</param>
    /// <param name="weights"><c>[ranks, inputs]</c>, row-major.</param>
    public LowRankDown(int ranks, int inputs, ReadOnlySpan<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, (long)ranks * inputs);
        (Ranks, Inputs) = (ranks, inputs);
        Width = (ranks + LowRankKernel.DownRows - 1) / LowRankKernel.DownRows * LowRankKernel.DownRows;
        _memory = new AlignedMemory((long)Width * inputs * sizeof(float));
        for (int rank = 0; rank < ranks; rank++)
        {
            float* to = Group(rank / LowRankKernel.DownRows) + (rank % LowRankKernel.DownRows);
            ReadOnlySpan<float> row = weights.Slice(rank * inputs, inputs);
            for (int input = 0; input < inputs; input++)
            {
                to[LowRankKernel.DownRows * (nint)input] = row[input];
            }
        }
    }

    /// <summary>Rows.</summary>
    public int Ranks { get; }

    /// <summary>Columns.</summary>
    public int Inputs { get; }

    /// <summary>Numbers that a piece gives: <see cref="Ranks"/>, filled up to whole cache lines.</summary>
    public int Width { get; }

    /// <summary>How many pieces the inputs are cut into.</summary>
    public int Pieces => (Inputs + PieceInputs - 1) / PieceInputs;

    /// <summary>Bytes in memory.</summary>
    public long Bytes => _memory.Bytes;

    /// <summary>Multiplies a piece of the inputs.</summary>
    /// <param name="x">The activations, <c>[Inputs]</c>.</param>
    /// <param name="piece">From 0.</param>
    /// <param name="sums">Receives <c>[Width]</c>; the product is the sum over all pieces.</param>
    public void Multiply(ReadOnlySpan<float> x, int piece, Span<float> sums) => Multiply(LowRankKernel.Best, x, piece, sums);

    /// <summary>Frees the memory; nobody may be multiplying.</summary>
    public void Dispose() => _memory.Dispose();

    internal void Multiply(LowRankKernel kernel, ReadOnlySpan<float> x, int piece, Span<float> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, Inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(sums.Length, Width);
        int start = piece * PieceInputs;
        int count = Math.Min(PieceInputs, Inputs - start);
        fixed (float* values = x[start..])
        fixed (float* target = sums)
        {
            for (int group = 0; group < Width / LowRankKernel.DownRows; group++)
            {
                kernel.Down(Group(group) + (LowRankKernel.DownRows * (nint)start), values, count, target + (group * LowRankKernel.DownRows));
            }
        }
    }

    private float* Group(int index) => (float*)_memory.Pointer + ((nint)index * LowRankKernel.DownRows * Inputs);
}
