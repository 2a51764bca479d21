using System.Numerics.Tensors;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// What adapters add to the outputs of linear layers, row by row: each row has its own sequence's adapter, or none, so that rows of different adapters share one pass over the base's
/// weights. What a row gets depends on nothing but itself.
/// </summary>
internal sealed class LowRankPass : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly LowRankSite?[] _sites;
    private readonly FloatRows[] _outputs = new FloatRows[3];
    private readonly RowWork _down;
    private readonly RowWork _sum;
    private readonly RowWork _up;
    private FloatRows? _hidden;
    private ActivationRows _inputs = null!;
    private int _outputCount;
    private int _outputPieces;

    /// <param name="rows">Rows at once, at most.</param>
    /// <param name="workers">The threads.</param>
    public LowRankPass(int rows, WorkerPool workers)
    {
        _workers = workers;
        _sites = new LowRankSite?[rows];
        _down = new RowWork(Down);
        _sum = new RowWork((row, _) => Sum(row));
        _up = new RowWork(Up);
    }

    /// <summary>Says what a row's linear layers get.</summary>
    public LowRankSite? this[int row]
    {
        set => _sites[row] = value;
    }

    /// <summary>Adds the updates of the first rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="inputs">What the layers read.</param>
    /// <param name="outputs">What they gave, in the order of <see cref="LowRankSite.Modules"/>.</param>
    public void Run(int rows, ActivationRows inputs, params ReadOnlySpan<FloatRows> outputs)
    {
        int pieces = 0, width = 0;
        for (int row = 0; row < rows; row++)
        {
            if (_sites[row] is { } site)
            {
                pieces = Math.Max(pieces, site.Shared.Pieces);
                width = Math.Max(width, site.Shared.Pieces * site.Shared.Width);
            }
        }

        if (pieces == 0)
        {
            return;
        }

        if (_hidden is null || _hidden.Width < width)
        {
            _hidden?.Dispose();
            _hidden = new FloatRows(_sites.Length, width);
        }

        _inputs = inputs;
        outputs.CopyTo(_outputs);
        _outputCount = outputs.Length;
        _outputPieces = 0;
        foreach (FloatRows output in outputs)
        {
            _outputPieces = Math.Max(_outputPieces, (output.Width + LowRankUp.PieceOutputs - 1) / LowRankUp.PieceOutputs);
        }

        _down.Run(_workers, rows, pieces);
        if (pieces > 1)
        {
            _sum.Run(_workers, rows);
        }

        _up.Run(_workers, rows, _outputCount * _outputPieces);
    }

    public void Dispose() => _hidden?.Dispose();

    private void Down(int row, int piece)
    {
        if (_sites[row] is { } site && piece < site.Shared.Pieces)
        {
            site.Shared.Multiply(_inputs[row], piece, _hidden![row].Slice(piece * site.Shared.Width, site.Shared.Width));
        }
    }

    private void Sum(int row)
    {
        if (_sites[row] is { } site)
        {
            Span<float> hidden = _hidden![row];
            int width = site.Shared.Width;
            for (int piece = 1; piece < site.Shared.Pieces; piece++)
            {
                TensorPrimitives.Add(hidden[..width], hidden.Slice(piece * width, width), hidden[..width]);
            }
        }
    }

    private void Up(int row, int piece)
    {
        if (_sites[row] is { } site && site.Ups[piece / _outputPieces] is ({ } up, var first) && piece % _outputPieces < up.Pieces)
        {
            up.Add(_hidden![row].Slice(first, up.Rank), piece % _outputPieces, _outputs[piece / _outputPieces][row]);
        }
    }
}
