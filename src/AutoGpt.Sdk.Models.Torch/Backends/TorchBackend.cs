using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// The readable network as a decode backend: slower than the SIMD one, and what it is compared with. Owns its network.
/// </summary>
public sealed class TorchBackend : ILogitsBackend, IAdapterBackend
{
    private readonly CausalTransformer _model;

    /// <summary>Takes a network over, in evaluation mode.</summary>
    /// <param name="model">The network. Disposed with the backend.</param>
    public TorchBackend(CausalTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _model.eval();
    }

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public TransformerConfig Config => _model.Config;

    /// <summary>Reads a model's weights; the source may be disposed afterwards.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="tensors">Holds every tensor of <see cref="TensorNames.Of"/>.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has the wrong shape.</exception>
    /// <exception cref="LibTorchException">libtorch does not load.</exception>
    public static TorchBackend Create(TransformerConfig config, ITensorSource tensors)
    {
        CausalTransformer model = new(config);
        try
        {
            model.LoadWeights(tensors);
            return new TorchBackend(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IBackendSequence CreateSequence(int capacity) => CreateSequence(capacity, null);

    /// <inheritdoc/>
    public BackendAdapter Prepare(ModelAdapter adapter) => new TorchAdapter(_model, NetworkAdapter.Create(_model, adapter));

    /// <inheritdoc/>
    public IBackendSequence CreateSequence(int capacity, BackendAdapter? adapter)
    {
        int hidden = adapter?.VirtualTokens ?? 0;
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.ContextLength - hidden);
        TorchAdapter? own = adapter is null ? null
            : adapter is TorchAdapter prepared && prepared.Base == _model ? prepared : throw new ArgumentException("The adapter was prepared by another backend.", nameof(adapter));
        own?.Hold();
        return new Sequence(_model, _model.CreateCache(capacity + hidden), own, capacity);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private sealed class TorchAdapter : BackendAdapter
    {
        public TorchAdapter(CausalTransformer model, NetworkAdapter network)
            : base(network.VirtualTokens)
        {
            (Base, Network) = (model, network);
            Network.eval();
        }

        public CausalTransformer Base { get; }

        public NetworkAdapter Network { get; }

        protected override void Free() => Network.Dispose();
    }

    private sealed class Sequence(CausalTransformer model, KeyValueCache cache, TorchAdapter? adapter, int capacity) : IBackendSequence
    {
        private bool _isDisposed;

        // The cache holds the virtual tokens, too, once anything is read.
        public int Length => Math.Max(0, cache.Length - Hidden);

        public int Capacity => capacity;

        private int Hidden => adapter?.VirtualTokens ?? 0;

        public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
        {
            Check(ids, wanted, logits);
            using DisposeScope scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            // One token at a time: a row must not depend on how a text is cut into calls, and libtorch's products do depend on their sizes.
            int start = cache.Length;
            model.Adapter = adapter?.Network;
            try
            {
                if (start == 0)
                {
                    model.Begin(cache, cancellationToken);
                }

                for (int index = 0; index < ids.Length; index++)
                {
                    using DisposeScope step = NewDisposeScope();
                    Tensor id = tensor(new long[] { ids[index] }, 1, 1);
                    Tensor hidden = model.Hidden(id, cache, cancellationToken);
                    if (wanted == LogitsWanted.All || (wanted == LogitsWanted.Last && index == ids.Length - 1))
                    {
                        int row = wanted == LogitsWanted.All ? index : 0;
                        int vocabulary = model.Config.VocabularySize;
                        model.Logits(hidden).data<float>().CopyTo(logits.Slice(row * vocabulary, vocabulary));
                    }
                }
            }
            catch
            {
                cache.Rewind(start);
                throw;
            }
        }

        public IBackendSequence Fork()
        {
            adapter?.Hold();
            return new Sequence(model, cache.Fork(), adapter, capacity);
        }

        public void Rewind(int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
            cache.Rewind(Math.Min(cache.Length, length + Hidden));
        }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                cache.Dispose();
                adapter?.Release();
            }
        }

        private void Check(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits)
        {
            int vocabulary = model.Config.VocabularySize;
            if (ids.IsEmpty || ids.Length > Capacity - Length)
            {
                throw new ArgumentException($"{Length} tokens and {ids.Length} more do not fit a sequence of {Capacity}.", nameof(ids));
            }

            foreach (int id in ids)
            {
                if ((uint)id >= (uint)vocabulary)
                {
                    throw new ArgumentOutOfRangeException(nameof(ids), id, $"Token ids run from 0 to {vocabulary - 1}.");
                }
            }

            int expected = vocabulary * wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => ids.Length };
            if (logits.Length != expected)
            {
                throw new ArgumentException($"The logits need {expected} places, not {logits.Length}.", nameof(logits));
            }
        }
    }
}
