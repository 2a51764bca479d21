using System.Diagnostics;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>A backend that notes when another was read, and for how many sequences: what lies between is the scheduler's and the callers'.</summary>
internal sealed class TimedBackend(SimdBackend inner) : ILogitsBackend, IBackendCache
{
    public string Name => inner.Name;

    public TransformerConfig Config => inner.Config;

    public long CapacityTokens => ((IBackendCache)inner).CapacityTokens;

    public int PageTokens => ((IBackendCache)inner).PageTokens;

    /// <summary>Passes since the list was cleared. Read it when nobody decodes.</summary>
    public List<(long Begin, long End, int Sequences)> Passes { get; } = new(4096);

    public IBackendSequence CreateSequence(int capacity) => inner.CreateSequence(capacity);

    public void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
    {
        long begin = Stopwatch.GetTimestamp();
        inner.Append(steps, cancellationToken);
        Passes.Add((begin, Stopwatch.GetTimestamp(), steps.Count));
    }

    public void Dispose() => inner.Dispose();
}
