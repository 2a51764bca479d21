using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Benchmarks.Training;

/// <summary>
/// The network of nanoGPT's CPU setting as one writes it in TorchSharp from its documentation: library modules, library attention, no tricks. What the
/// trainer's speed is measured against.
/// </summary>
internal sealed class PlainTransformer : Module<Tensor, Tensor>
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly ModuleList<Block> _blocks;
    private readonly LayerNorm _norm;

    public PlainTransformer(int vocabulary, int context, int width, int layers, int heads)
        : base(nameof(PlainTransformer))
    {
        _tokens = Embedding(vocabulary, width);
        _positions = Embedding(context, width);
        _blocks = new ModuleList<Block>([.. Enumerable.Range(0, layers).Select(_ => new Block(width, heads))]);
        _norm = LayerNorm(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _tokens.forward(ids) + _positions.forward(arange(ids.shape[1]));
        foreach (Block block in _blocks)
        {
            x = block.forward(x);
        }

        return functional.linear(_norm.forward(x), _tokens.weight!).MoveToOuterDisposeScope();
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly LayerNorm _before;
        private readonly Linear _queryKeyValue;
        private readonly Linear _output;
        private readonly LayerNorm _between;
        private readonly Sequential _feedForward;

        public Block(int width, int heads)
            : base(nameof(Block))
        {
            _heads = heads;
            _before = LayerNorm(width);
            _queryKeyValue = Linear(width, 3 * width, hasBias: false);
            _output = Linear(width, width, hasBias: false);
            _between = LayerNorm(width);
            _feedForward = Sequential(Linear(width, 4 * width, hasBias: false), GELU(), Linear(4 * width, width, hasBias: false));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
            Tensor[] parts = [.. _queryKeyValue.forward(_before.forward(x)).chunk(3, 2).Select(part => part.view(batch, length, _heads, width / _heads).transpose(1, 2))];
            Tensor attended = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            x = x + _output.forward(attended.transpose(1, 2).contiguous().view(batch, length, width));
            return x + _feedForward.forward(_between.forward(x));
        }
    }
}
