using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>One sequence's keys and values.</summary>
internal sealed class SimdSequence(SimdBackend backend, KeyValueSequence pages, int capacity, SimdAdapter? adapter) : IBackendSequence
{
    private readonly SequenceStep[] _own = new SequenceStep[1];
    private int[] _ids = [];
    private float[] _logits = [];
    private bool _isDisposed;

    public SimdBackend Backend => backend;

    public KeyValueSequence Pages => pages;

    /// <summary>Held, like the pages, until this is disposed.</summary>
    public SimdAdapter? Adapter => adapter;

    public int Length { get; private set; }

    /// <summary>Positions that the pages hold: the adapter's, from the first read on, and those of <see cref="Length"/>.</summary>
    public int Held { get; private set; }

    /// <summary>Positions of the adapter that the next read must put before its tokens.</summary>
    public int Ahead => Held == 0 ? adapter?.VirtualTokens ?? 0 : 0;

    /// <summary>Of these, positions that go through the layers.</summary>
    public int PromptAhead => adapter is { Prompt.IsEmpty: false } ? Ahead : 0;

    public int Capacity => capacity;

    public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
    {
        if (_ids.Length < ids.Length)
        {
            _ids = new int[ids.Length];
        }

        if (_logits.Length < logits.Length)
        {
            _logits = new float[logits.Length];
        }

        ids.CopyTo(_ids);
        _own[0] = new SequenceStep(this, _ids.AsMemory(0, ids.Length), wanted, _logits.AsMemory(0, logits.Length));
        backend.Append(_own, cancellationToken);
        _logits.AsSpan(0, logits.Length).CopyTo(logits);
    }

    /// <summary>Makes room for more tokens, and writes what the adapter's keys and values begin with.</summary>
    public void Reserve(int count)
    {
        pages.Reserve(Held, Ahead + count);
        if (adapter?.Prefix is not { } prefix)
        {
            return;
        }

        for (int token = 0; token < Ahead; token++)
        {
            for (int layer = 0; layer < prefix.Layers; layer++)
            {
                pages.Store(layer, token, prefix.Keys(token, layer), prefix.Values(token, layer));
            }
        }
    }

    /// <summary>Counts tokens that every layer has read.</summary>
    public void Advance(int count)
    {
        Held += Ahead + count;
        Length += count;
    }

    public IBackendSequence Fork()
    {
        adapter?.Hold();
        return new SimdSequence(backend, pages.Fork(Held), capacity, adapter) { Length = Length, Held = Held };
    }

    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Held -= Length - length;
        Length = length;
        pages.Truncate(Held);
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            pages.Dispose();
            adapter?.Release();
        }
    }

    public void Check(ReadOnlySpan<int> ids, LogitsWanted wanted, ReadOnlySpan<float> logits)
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
            if ((uint)id >= (uint)backend.Config.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"Token ids run from 0 to {backend.Config.VocabularySize - 1}.");
            }
        }

        int expected = backend.Config.VocabularySize * wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => ids.Length };
        if (logits.Length != expected)
        {
            throw new ArgumentException($"The logits need {expected} places, not {logits.Length}.", nameof(logits));
        }
    }
}
