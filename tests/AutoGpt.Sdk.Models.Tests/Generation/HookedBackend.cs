namespace AutoGpt.Sdk.Models.Tests.Generation;

/// <summary>Another backend that tells of every append before it does it.</summary>
internal sealed class HookedBackend(ILogitsBackend inner, Action append) : ILogitsBackend
{
    public string Name => inner.Name;

    public TransformerConfig Config => inner.Config;

    public IBackendSequence CreateSequence(int capacity) => new Sequence(inner.CreateSequence(capacity), append);

    public void Dispose() => inner.Dispose();

    private sealed class Sequence(IBackendSequence inner, Action append) : IBackendSequence
    {
        public int Length => inner.Length;

        public int Capacity => inner.Capacity;

        public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
        {
            append();
            inner.Append(ids, wanted, logits, cancellationToken);
        }

        public IBackendSequence Fork() => new Sequence(inner.Fork(), append);

        public void Rewind(int length) => inner.Rewind(length);

        public void Dispose() => inner.Dispose();
    }
}
