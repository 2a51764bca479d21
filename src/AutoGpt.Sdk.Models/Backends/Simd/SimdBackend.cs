using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The network on the CPU without native libraries. Every shape of <see cref="TransformerConfig"/>, every format of <see cref="TensorType"/>; a row's logits
/// depend neither on batching, nor on how a text is cut into calls, nor on the number of threads. Keys and values lie in pages that forks share.
/// </summary>
public sealed class SimdBackend : ILogitsBackend, IBackendCache, IAdapterBackend
{
    private readonly SimdWeights _weights;
    private readonly WorkerPool _workers;
    private readonly KeyValuePool _pages;
    private readonly SimdForward _forward;
    private bool _disposed;

    private SimdBackend(TransformerConfig config, SimdWeights weights, SimdBackendOptions options)
    {
        Config = config;
        _weights = weights;
        Options = options;
        KeyValueShape shape = new(config.Layers, config.KeyValueHeads, config.HeadSize, options.KeyValues);
        long bytes = options.KeyValueBytes ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
        _pages = new KeyValuePool(shape, Math.Max(1, bytes / shape.PageBytes));
        _workers = new WorkerPool(options.Threads ?? Environment.ProcessorCount);
        _forward = new SimdForward(config, weights, shape, _workers);
    }

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public TransformerConfig Config { get; }

    /// <summary>How weights, keys and values are kept.</summary>
    public SimdBackendOptions Options { get; }

    /// <summary>Bytes of weights in memory.</summary>
    public long WeightBytes => _weights.Bytes;

    /// <summary>Bytes of weights that decoding one token reads.</summary>
    public long BytesPerToken => _weights.BytesPerToken;

    /// <summary>Bytes of keys and values in use, those that several sequences share once.</summary>
    public long KeyValueBytes => _pages.UsedPages * _pages.Shape.PageBytes;

    /// <summary>Tokens whose keys and values fit the memory they may take, in all sequences together.</summary>
    public long TokenCapacity => _pages.MaximumPages * KeyValueShape.PagePositions;

    long IBackendCache.CapacityTokens => TokenCapacity;

    int IBackendCache.PageTokens => KeyValueShape.PagePositions;

    /// <summary>Reads a model's weights; the source may be disposed afterwards.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="tensors">Holds every tensor of <see cref="TensorNames.Of"/>.</param>
    /// <param name="options">How to keep them. Default: as they are stored, a thread per processor.</param>
    /// <exception cref="CheckpointException">A tensor is missing, has the wrong shape or a weight that is no number.</exception>
    /// <exception cref="ArgumentException">The shape is impossible, or an option is out of its range.</exception>
    public static SimdBackend Create(TransformerConfig config, ITensorSource tensors, SimdBackendOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tensors);
        config.Validate();
        options ??= new SimdBackendOptions();
        if (options.Threads is int given and < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), given, $"Threads is {given}; it must be at least 1.");
        }

        if (!Enum.IsDefined(options.Weights))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Weights, $"Weights is {options.Weights}; it must be AsStored, F32 or Int8.");
        }

        if (!Enum.IsDefined(options.KeyValues))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.KeyValues, $"KeyValues is {options.KeyValues}; it must be F32, F16 or Q8.");
        }

        if (options.KeyValueBytes is long bytes and < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), bytes, $"KeyValueBytes is {bytes}; it must be at least 1.");
        }

        return new SimdBackend(config, new SimdWeights(config, tensors, options.Weights), options);
    }

    /// <inheritdoc/>
    public IBackendSequence CreateSequence(int capacity) => CreateSequence(capacity, null);

    /// <inheritdoc/>
    public IBackendSequence CreateSequence(int capacity, BackendAdapter? adapter)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.ContextLength - (adapter?.VirtualTokens ?? 0));
        SimdAdapter? own = adapter is null ? null
            : adapter is SimdAdapter prepared && prepared.Backend == this ? prepared : throw new ArgumentException("The adapter was prepared by another backend.", nameof(adapter));
        own?.Hold();
        return new SimdSequence(this, new KeyValueSequence(_pages), capacity, own);
    }

    /// <inheritdoc/>
    public BackendAdapter Prepare(ModelAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ObjectDisposedException.ThrowIf(_disposed, this);
        adapter.RequireFit(NetworkFingerprint.Of(Config, (row, values) => _weights.Embedding.CopyRow(row, values)));
        return new SimdAdapter(this, adapter);
    }

    /// <inheritdoc/>
    /// <exception cref="InsufficientMemoryException">The keys and values of all sequences would take more than they may; nothing has changed.</exception>
    public void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(steps);
        // The kernels read memory that is no object's.
        ObjectDisposedException.ThrowIf(_disposed, this);
        // By index: an enumerator of an interface is an allocation a token.
        for (int index = 0; index < steps.Count; index++)
        {
            SequenceStep step = steps[index];
            Sequence(step).Check(step.Ids.Span, step.Wanted, step.Logits.Span);
        }

        for (int index = 0; index < steps.Count; index++)
        {
            Sequence(steps[index]).Reserve(steps[index].Ids.Length);
        }

        _forward.Run(steps, cancellationToken);

        // Only now: a cancelled call has overwritten nothing that counts.
        for (int index = 0; index < steps.Count; index++)
        {
            Sequence(steps[index]).Advance(steps[index].Ids.Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _workers.Dispose();
        _forward.Dispose();
        _pages.Dispose();
        _weights.Dispose();
    }

    private SimdSequence Sequence(in SequenceStep step) =>
        step.Sequence is SimdSequence sequence && sequence.Backend == this ? sequence : throw new ArgumentException("A step's sequence belongs to another backend.", nameof(step));
}
