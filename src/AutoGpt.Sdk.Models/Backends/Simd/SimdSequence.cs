using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>One sequence's keys and values.</summary>
internal sealed class SimdSequence(SimdBackend backend, KeyValueSequence pages, int capacity) : IBackendSequence
{
    private readonly SequenceStep[] _own = new SequenceStep[1];
    private int[] _ids = [];
    private float[] _logits = [];

    public SimdBackend Backend => backend;

    public KeyValueSequence Pages => pages;

    public int Length { get; set; }

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

    public IBackendSequence Fork() => new SimdSequence(backend, pages.Fork(Length), capacity) { Length = Length };

    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        pages.Truncate(length);
    }

    public void Dispose() => pages.Dispose();

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
