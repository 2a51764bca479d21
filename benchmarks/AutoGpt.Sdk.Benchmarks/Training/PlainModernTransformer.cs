using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Benchmarks.Training;

/// <summary>
/// A network with RMSNorm, rotary positions, normalised queries and keys and SwiGLU as one writes it in TorchSharp from the papers: library modules and library attention, tables made once,
/// no tricks. TorchSharp has no module for any of the four.
/// </summary>
internal sealed class PlainModernTransformer : Module<Tensor, Tensor>
{
    private readonly Embedding _tokens;
    private readonly ModuleList<Block> _blocks;
    private readonly RootMeanSquareNorm _norm;
    private readonly Tensor _cosines;
    private readonly Tensor _sines;

    public PlainModernTransformer(int vocabulary, int context, int width, int layers, int heads, int inner)
        : base(nameof(PlainModernTransformer))
    {
        _tokens = Embedding(vocabulary, width);
        _blocks = new ModuleList<Block>([.. Enumerable.Range(0, layers).Select(_ => new Block(width, heads, inner))]);
        _norm = new RootMeanSquareNorm(width);
        int half = width / heads / 2;
        Tensor angles = outer(arange(context, dtype: ScalarType.Float32), pow(10_000, arange(half, dtype: ScalarType.Float32) / -half)); // [context, half]
        _cosines = cos(angles);
        _sines = sin(angles);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _tokens.forward(ids);
        foreach (Block block in _blocks)
        {
            x = block.Forward(x, _cosines, _sines);
        }

        return functional.linear(_norm.forward(x), _tokens.weight!).MoveToOuterDisposeScope();
    }

    private sealed class RootMeanSquareNorm : Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        public RootMeanSquareNorm(int width)
            : base(nameof(RootMeanSquareNorm))
        {
            _weight = Parameter(ones(width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => x * rsqrt(x.square().mean([-1L], keepdim: true) + 1e-5) * _weight;
    }

    private sealed class Block : Module
    {
        private readonly int _heads;
        private readonly RootMeanSquareNorm _before;
        private readonly Linear _queryKeyValue;
        private readonly RootMeanSquareNorm _queryNorm;
        private readonly RootMeanSquareNorm _keyNorm;
        private readonly Linear _output;
        private readonly RootMeanSquareNorm _between;
        private readonly Linear _gate;
        private readonly Linear _up;
        private readonly Linear _down;

        public Block(int width, int heads, int inner)
            : base(nameof(Block))
        {
            _heads = heads;
            _before = new RootMeanSquareNorm(width);
            _queryKeyValue = Linear(width, 3 * width, hasBias: false);
            _queryNorm = new RootMeanSquareNorm(width / heads);
            _keyNorm = new RootMeanSquareNorm(width / heads);
            _output = Linear(width, width, hasBias: false);
            _between = new RootMeanSquareNorm(width);
            _gate = Linear(width, inner, hasBias: false);
            _up = Linear(width, inner, hasBias: false);
            _down = Linear(inner, width, hasBias: false);
            RegisterComponents();
        }

        public Tensor Forward(Tensor x, Tensor cosines, Tensor sines)
        {
            (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
            Tensor[] parts = [.. _queryKeyValue.forward(_before.forward(x)).chunk(3, 2).Select(part => part.view(batch, length, _heads, width / _heads).transpose(1, 2))];
            Tensor attended = functional.scaled_dot_product_attention(
                Rotate(_queryNorm.forward(parts[0]), cosines, sines), Rotate(_keyNorm.forward(parts[1]), cosines, sines), parts[2], is_casual: true);
            x = x + _output.forward(attended.transpose(1, 2).contiguous().view(batch, length, width));
            Tensor normed = _between.forward(x);
            return x + _down.forward(functional.silu(_gate.forward(normed)) * _up.forward(normed));
        }

        private static Tensor Rotate(Tensor x, Tensor cosines, Tensor sines)
        {
            Tensor[] halves = x.chunk(2, -1);
            return cat([(halves[0] * cosines) - (halves[1] * sines), (halves[1] * cosines) + (halves[0] * sines)], -1);
        }
    }
}
