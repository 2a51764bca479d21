using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Everything between embedding and head.</summary>
internal sealed class TransformerStack : Module
{
    private readonly TransformerConfig _config;
    private readonly double _dropout;
    private readonly Embedding? _positions;
    private readonly Tensor? _sinusoids; // [context, width]
    private readonly RotaryEmbedding? _rotary;
    private readonly ModuleList<TransformerBlock> _layers;
    private readonly Normalizer _norm;

    /// <param name="config">The shape.</param>
    /// <param name="dropout">Share of activations dropped in training mode.</param>
    /// <param name="cross">Whether the layers read what an encoder has read.</param>
    /// <param name="embedding">Another stack's token embedding, to be shared; null for one of its own.</param>
    public TransformerStack(TransformerConfig config, double dropout, bool cross = false, Embedding? embedding = null)
        : base(nameof(TransformerStack))
    {
        _config = config;
        _dropout = dropout;
        Embedding = embedding ?? nn.Embedding(config.VocabularySize, config.Width);
        if (embedding is null)
        {
            register_module("embed_tokens", Embedding);
        }

        switch (config.Positions)
        {
            case PositionEncoding.Learned:
                _positions = nn.Embedding(config.ContextLength, config.Width);
                register_module("embed_positions", _positions);
                break;
            case PositionEncoding.Sinusoidal:
                _sinusoids = SinusoidalEmbedding.Table(config.ContextLength, config.Width);
                register_buffer("sinusoids", _sinusoids);
                break;
            default:
                _rotary = new RotaryEmbedding(config);
                register_module("rotary", _rotary);
                break;
        }

        _layers = new ModuleList<TransformerBlock>([.. Enumerable.Range(0, config.Layers).Select(layer => new TransformerBlock(config, layer, dropout, cross))]);
        register_module("layers", _layers);
        _norm = new Normalizer(config);
        register_module("norm", _norm);
    }

    public Embedding Embedding { get; }

    /// <summary>Whether layers are computed once more in the backward pass instead of keeping their activations.</summary>
    public bool Recomputes { get; set; }

    /// <summary>Embeddings, <c>[batch, sequence, width]</c>, to the same.</summary>
    /// <param name="x">The embeddings, of tokens or learned ones.</param>
    /// <param name="cache">Holds what is before them and receives what follows from them; or null.</param>
    /// <param name="adapter">Changes layers, or null.</param>
    /// <param name="computeType">The type of the matrix products.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    /// <param name="source">What the layers read of an encoder, or null.</param>
    public Tensor Forward(Tensor x, KeyValueCache? cache, NetworkAdapter? adapter, ScalarType computeType, CancellationToken cancellationToken, EncodedSource? source = null)
    {
        int past = cache?.Length ?? (adapter is PrefixTuning ? adapter.VirtualTokens : 0);
        int length = (int)x.shape[1];
        using Tensor? mask = CausalMask.Create(_config, past, length, computeType, x.device);
        return Forward(x, past, mask, cache, adapter, computeType, source, isCausal: true, cancellationToken);
    }

    /// <summary>Embeddings, <c>[batch, sequence, width]</c>, to the same, where every token sees every other of its row.</summary>
    /// <param name="x">The embeddings.</param>
    /// <param name="lengths">Tokens of each row, <c>[batch]</c>, the rest being padding; null where there is none.</param>
    /// <param name="computeType">The type of the matrix products.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    public Tensor ForwardBothWays(Tensor x, Tensor? lengths, ScalarType computeType, CancellationToken cancellationToken)
    {
        using Tensor? mask = PaddingMask.Create(lengths, x.shape[1], _config.KeyValueHeads, computeType);
        return Forward(x, 0, mask, null, null, computeType, null, isCausal: false, cancellationToken);
    }

    private Tensor Forward(Tensor x, int past, Tensor? mask, KeyValueCache? cache, NetworkAdapter? adapter, ScalarType computeType, EncodedSource? source, bool isCausal, CancellationToken cancellationToken)
    {
        using DisposeScope scope = NewDisposeScope();
        int length = (int)x.shape[1];
        if (_positions is not null)
        {
            x = x.Plus(_positions.weight!.narrow(0, past, length));
        }
        else if (_sinusoids is not null)
        {
            x = x.Plus(get_buffer("sinusoids")!.narrow(0, past, length));
        }

        x = functional.dropout(x, _dropout, training);
        var context = new AttentionContext(past, length, computeType, cache, _rotary?.Rows(past, length, computeType), mask, adapter, source, isCausal);
        bool recomputed = Recomputes && cache is null && is_grad_enabled();
        foreach (TransformerBlock layer in _layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            x = recomputed ? layer.ForwardRecomputed(x, context) : layer.Forward(x, context);
        }

        cache?.Advance(length);
        return _norm.forward(x).MoveToOuterDisposeScope();
    }
}
