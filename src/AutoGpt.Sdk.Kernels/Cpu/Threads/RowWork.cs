namespace AutoGpt.Sdk.Kernels;

/// <summary>Work in rows, each cut into pieces.</summary>
/// <param name="execute">Does a piece: row, piece.</param>
public sealed class RowWork(Action<int, int> execute) : ParallelWork
{
    private int _pieces = 1;

    /// <summary>Does all pieces of all rows.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="pieces">Pieces a row is cut into.</param>
    public void Run(WorkerPool pool, int rows, int pieces = 1)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _pieces = pieces;
        pool.Run(this, rows * pieces);
    }

    /// <inheritdoc/>
    protected internal override void Execute(int part) => execute(part / _pieces, part % _pieces);
}
