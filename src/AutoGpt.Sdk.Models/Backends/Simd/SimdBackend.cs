using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The network on the CPU without native libraries. Every shape of <see cref="TransformerConfig"/>; a row's logits depend neither on
/// batching, nor on how a text is cut into calls, nor on the number of threads.
/// </summary>
public sealed class SimdBackend : ILogitsBackend
{
    private SimdBackend(TransformerConfig config, SimdWeights weights, int threads)
    {
        Config = config;
        Weights = weights;
        Threads = threads;
        Rotary = config.Positions == PositionEncoding.Rotary
            ? new RotaryTable(config.HeadSize, config.ContextLength, config.RotaryBase)
            : null;
    }

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public TransformerConfig Config { get; }

    /// <summary>Bytes of weights in memory.</summary>
    public long WeightBytes => Weights.Bytes;

    /// <summary>Bytes of weights that a step of one token reads: all but tables of which it takes one row, such as an embedding that is not the head too.</summary>
    public long BytesPerToken => Weights.BytesPerToken;

    internal SimdWeights Weights { get; }

    internal RotaryTable? Rotary { get; }

    internal int Threads { get; }

    /// <summary>Reads a model's weights; the source may be disposed afterwards.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="tensors">Holds every tensor of <see cref="TensorNames.Of"/>.</param>
    /// <param name="options">How to keep them. Default: single precision, a thread per processor.</param>
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
            throw new ArgumentOutOfRangeException(nameof(options), options.Weights, $"Weights is {options.Weights}; it must be F32 or Int8.");
        }

        return new SimdBackend(config, new SimdWeights(config, tensors, options.Weights), options.Threads ?? Environment.ProcessorCount);
    }

    /// <inheritdoc/>
    public IBackendSequence CreateSequence(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.ContextLength);
        return new SimdSequence(this, capacity);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Everything is managed memory.
    }
}
