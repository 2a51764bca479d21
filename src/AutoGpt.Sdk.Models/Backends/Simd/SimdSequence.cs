using System.Numerics.Tensors;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>One sequence's keys and values, and the forward pass that reads and extends them.</summary>
internal sealed class SimdSequence : IBackendSequence
{
    // Rows that go through a layer together: enough to reuse a row of weights, few enough to stay in the cache.
    private const int RowsAtOnce = 32;

    private readonly SimdBackend _backend;
    private readonly TransformerConfig _config;
    private readonly AttentionShape _shape;
    private readonly int _keyWidth;
    private readonly float[][] _keys;
    private readonly float[][] _values;
    private readonly SimdScratch _scratch;

    public SimdSequence(SimdBackend backend, int capacity)
    {
        _backend = backend;
        _config = backend.Config;
        Capacity = capacity;
        _shape = new AttentionShape(_config.Heads, _config.KeyValueHeads, _config.HeadSize);
        _keyWidth = _config.KeyValueHeads * _config.HeadSize;
        _keys = Cache();
        _values = Cache();
        _scratch = new SimdScratch(_config, Math.Min(RowsAtOnce, capacity), capacity);

        float[][] Cache() => [.. Enumerable.Range(0, _config.Layers).Select(_ => new float[capacity * _keyWidth])];
    }

    public int Length { get; private set; }

    public int Capacity { get; }

    public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
    {
        Check(ids, wanted, logits);
        int start = Length;
        for (int done = 0; done < ids.Length;)
        {
            int rows = Math.Min(RowsAtOnce, ids.Length - done);
            Forward(ids.Slice(done, rows), start + done, cancellationToken);
            done += rows;
            WriteLogits(rows, wanted, done == ids.Length, logits, done - rows);
        }

        // Only now: a cancelled call has overwritten nothing that counts.
        Length = start + ids.Length;
    }

    public IBackendSequence Fork()
    {
        SimdSequence fork = new(_backend, Capacity) { Length = Length };
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            _keys[layer].AsSpan(0, Length * _keyWidth).CopyTo(fork._keys[layer]);
            _values[layer].AsSpan(0, Length * _keyWidth).CopyTo(fork._values[layer]);
        }

        return fork;
    }

    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    public void Dispose()
    {
        // Everything is managed memory.
    }

    private void Check(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits)
    {
        if (ids.IsEmpty)
        {
            throw new ArgumentException("At least one token must be given.", nameof(ids));
        }

        if (ids.Length > Capacity - Length)
        {
            throw new ArgumentException($"{Length} tokens and {ids.Length} more do not fit a sequence of {Capacity}.", nameof(ids));
        }

        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_config.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"Token ids run from 0 to {_config.VocabularySize - 1}.");
            }
        }

        int expected = _config.VocabularySize * wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => ids.Length };
        if (logits.Length != expected)
        {
            throw new ArgumentException($"The logits need {expected} places, not {logits.Length}.", nameof(logits));
        }
    }

    /// <summary>Leaves the residual stream of the rows in the scratch memory.</summary>
    private void Forward(ReadOnlySpan<int> ids, int position, CancellationToken cancellationToken)
    {
        int width = _config.Width;
        int rows = ids.Length;
        Span<float> stream = _scratch.Stream.Span;
        for (int row = 0; row < rows; row++)
        {
            Span<float> hidden = stream.Slice(row * width, width);
            _backend.Weights.Embedding.CopyRow(ids[row], hidden);
            if (_backend.Weights.Positions is { } positions)
            {
                TensorPrimitives.Add(hidden, positions.AsSpan((position + row) * width, width), hidden);
            }
        }

        for (int layer = 0; layer < _config.Layers; layer++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SimdLayer weights = _backend.Weights.Layers[layer];
            Attend(weights, layer, position, rows);
            FeedForward(weights, rows);
        }
    }

    private void Attend(SimdLayer weights, int layer, int position, int rows)
    {
        int queryWidth = _config.Heads * _config.HeadSize;
        Normalize(weights.AttentionNorm, rows);
        Linear(weights.Query, _scratch.Normed, _scratch.Query, rows);
        Memory<float> keys = _keys[layer].AsMemory(position * _keyWidth, rows * _keyWidth);
        Linear(weights.Key, _scratch.Normed, keys, rows);
        Linear(weights.Value, _scratch.Normed, _values[layer].AsMemory(position * _keyWidth, rows * _keyWidth), rows);
        Span<float> query = _scratch.Query.Span;
        Span<float> mixed = _scratch.Mixed.Span;
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = query.Slice(row * queryWidth, queryWidth);
            if (_backend.Rotary is { } rotary)
            {
                rotary.Rotate(own, position + row);
                rotary.Rotate(keys.Span.Slice(row * _keyWidth, _keyWidth), position + row);
            }

            int length = (position + row + 1) * _keyWidth;
            CachedAttention.Apply(
                own, _keys[layer].AsSpan(0, length), _values[layer].AsSpan(0, length), _shape, _scratch.Scores, mixed.Slice(row * queryWidth, queryWidth));
        }

        Linear(weights.Output, _scratch.Mixed, _scratch.Normed, rows);
        AddToStream(rows);
    }

    private void FeedForward(SimdLayer weights, int rows)
    {
        int inner = rows * _config.FeedForwardWidth;
        Normalize(weights.FeedForwardNorm, rows);
        Linear(weights.Up, _scratch.Normed, _scratch.Up, rows);
        Memory<float> activated = _scratch.Up;
        if (weights.Gate is { } gate)
        {
            Linear(gate, _scratch.Normed, _scratch.Gate, rows);
            SwiGlu.Apply(_scratch.Gate.Span[..inner], _scratch.Up.Span[..inner], _scratch.Inner.Span[..inner]);
            activated = _scratch.Gate;
        }
        else
        {
            Gelu.Apply(_scratch.Up.Span[..inner], _scratch.Inner.Span[..inner]);
        }

        Linear(weights.Down, activated, _scratch.Normed, rows);
        AddToStream(rows);
    }

    private void WriteLogits(int rows, LogitsWanted wanted, bool isEnd, Span<float> logits, int firstRow)
    {
        int vocabulary = _config.VocabularySize;
        int first = wanted switch { LogitsWanted.All => 0, LogitsWanted.Last when isEnd => rows - 1, _ => rows };
        for (int row = first; row < rows; row++)
        {
            Span<float> normed = _scratch.Normed.Span[.._config.Width];
            _backend.Weights.FinalNorm.Apply(_config, _scratch.Stream.Span.Slice(row * _config.Width, _config.Width), normed);
            _backend.Weights.Head.Multiply(_scratch.Normed, _scratch.Logits, 1, _backend.Threads);
            _scratch.Logits.Span.CopyTo(logits.Slice(wanted == LogitsWanted.All ? (firstRow + row) * vocabulary : 0, vocabulary));
        }
    }

    private void Normalize(SimdNorm norm, int rows)
    {
        int width = _config.Width;
        for (int row = 0; row < rows; row++)
        {
            norm.Apply(_config, _scratch.Stream.Span.Slice(row * width, width), _scratch.Normed.Span.Slice(row * width, width));
        }
    }

    private void Linear(SimdLinear linear, Memory<float> input, Memory<float> output, int rows)
    {
        linear.Weight.Multiply(input, output, rows, _backend.Threads);
        if (linear.Bias.Length > 0)
        {
            for (int row = 0; row < rows; row++)
            {
                Span<float> sums = output.Span.Slice(row * linear.Bias.Length, linear.Bias.Length);
                TensorPrimitives.Add(sums, linear.Bias, sums);
            }
        }
    }

    private void AddToStream(int rows)
    {
        Span<float> stream = _scratch.Stream.Span[..(rows * _config.Width)];
        TensorPrimitives.Add(stream, _scratch.Normed.Span[..stream.Length], stream);
    }
}

/// <summary>Memory for the values between layers, so that a step allocates nothing.</summary>
internal sealed class SimdScratch(TransformerConfig config, int rows, int capacity)
{
    public Memory<float> Stream { get; } = new float[rows * config.Width];

    public Memory<float> Normed { get; } = new float[rows * config.Width];

    public Memory<float> Query { get; } = new float[rows * config.Heads * config.HeadSize];

    public Memory<float> Mixed { get; } = new float[rows * config.Heads * config.HeadSize];

    public Memory<float> Up { get; } = new float[rows * config.FeedForwardWidth];

    public Memory<float> Gate { get; } = new float[rows * config.FeedForwardWidth];

    public Memory<float> Inner { get; } = new float[rows * config.FeedForwardWidth];

    public Memory<float> Logits { get; } = new float[config.VocabularySize];

    public float[] Scores { get; } = new float[capacity];
}
