using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>A backend that notes what is asked of another's sequences. For one generation at a time.</summary>
internal sealed class AppendRecorder(ILogitsBackend inner) : ILogitsBackend
{
    public string Name => inner.Name;

    public TransformerConfig Config => inner.Config;

    /// <summary>What was asked of each sequence since the list was cleared, in the order they were opened.</summary>
    public List<List<AppendMove>> Histories { get; } = [];

    public IBackendSequence CreateSequence(int capacity)
    {
        Histories.Add([]);
        return new Sequence(inner.CreateSequence(capacity), Histories[^1]);
    }

    public void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
    {
        foreach (SequenceStep step in steps)
        {
            step.Sequence.Append(step.Ids.Span, step.Wanted, step.Logits.Span, cancellationToken);
        }
    }

    public void Dispose() => inner.Dispose();

    private sealed class Sequence(IBackendSequence inner, List<AppendMove> history) : IBackendSequence
    {
        public int Length => inner.Length;

        public int Capacity => inner.Capacity;

        public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
        {
            inner.Append(ids, wanted, logits, cancellationToken);
            history.Add(new AppendMove(ids.Length, wanted, 0));
        }

        public IBackendSequence Fork() => throw new NotSupportedException("A recorded sequence is not forked: share no prefixes.");

        public void Rewind(int length)
        {
            if (length < Length)
            {
                history.Add(new AppendMove(0, LogitsWanted.None, Length - length));
            }

            inner.Rewind(length);
        }

        public void Dispose() => inner.Dispose();
    }
}
