using System.Collections.Concurrent;

namespace AutoGpt.Sdk.Models.Tests.Scheduling;

/// <summary>
/// Another backend with a bounded cache, strict about its contract: it fails where two callers read at once, where a sequence comes twice, and where its pages
/// run out. It counts what it reads, and can take time or fail.
/// </summary>
internal sealed class PagedBackend(ILogitsBackend inner, long capacity = long.MaxValue / 2, int page = 16, bool sharesPages = false) : ILogitsBackend, IBackendCache
{
    private readonly Lock _gate = new();
    private int _readers;
    private long _pages;

    /// <summary>Called before every pass with its steps; may wait or throw.</summary>
    public Action<IReadOnlyList<SequenceStep>> BeforePass { get; set; } = _ => { };

    public string Name => "paged";

    public TransformerConfig Config => inner.Config;

    public long CapacityTokens => capacity;

    public int PageTokens => page;

    public ConcurrentQueue<int> PassSizes { get; } = new();

    public long TokensRead { get; private set; }

    public long PagesAtMost { get; private set; }

    public long Pages => Interlocked.Read(ref _pages);

    public int Sequences { get; private set; }

    public IBackendSequence CreateSequence(int capacity) => new Sequence(this, inner.CreateSequence(capacity));

    public void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _readers) > 1 || steps.Select(step => step.Sequence).Distinct().Count() < steps.Count)
        {
            throw new InvalidOperationException("The backend was called by two at once, or with a sequence twice.");
        }

        int[] lengths = [.. steps.Select(step => step.Sequence.Length)];
        try
        {
            BeforePass(steps);
            foreach (SequenceStep step in steps)
            {
                ((Sequence)step.Sequence).Read(step.Ids.Span, step.Wanted, step.Logits.Span, cancellationToken);
            }

            PassSizes.Enqueue(steps.Count);
            TokensRead += steps.Sum(step => step.Ids.Length);
        }
        catch
        {
            for (int index = 0; index < lengths.Length; index++)
            {
                steps[index].Sequence.Rewind(lengths[index]);
            }

            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    public void Dispose() => inner.Dispose();

    private void Take(long pages)
    {
        lock (_gate)
        {
            _pages += pages;
            PagesAtMost = Math.Max(PagesAtMost, _pages);
            if (!sharesPages && _pages > capacity / page)
            {
                throw new InvalidOperationException($"{_pages} pages of {capacity / page}.");
            }
        }
    }

    private void Count(int sequences)
    {
        lock (_gate)
        {
            Sequences += sequences;
        }
    }

    // Counted as if no page were shared, which is what the ledger goes by.
    private sealed class Sequence : IBackendSequence
    {
        private readonly PagedBackend _backend;
        private readonly IBackendSequence _inner;
        private long _pages;
        private bool _isDisposed;

        public Sequence(PagedBackend backend, IBackendSequence inner)
        {
            (_backend, _inner) = (backend, inner);
            backend.Count(1);
            Settle();
        }

        public int Length => _inner.Length;

        public int Capacity => _inner.Capacity;

        public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
        {
            float[] values = new float[logits.Length];
            _backend.Append([new SequenceStep(this, ids.ToArray(), wanted, values)], cancellationToken);
            values.CopyTo(logits);
        }

        public void Read(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _inner.Append(ids, wanted, logits, cancellationToken);
            Settle();
        }

        public IBackendSequence Fork()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return new Sequence(_backend, _inner.Fork());
        }

        public void Rewind(int length)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _inner.Rewind(length);
            Settle();
        }

        public void Dispose()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _isDisposed = true;
            _inner.Dispose();
            _backend.Take(-_pages);
            _backend.Count(-1);
        }

        private void Settle()
        {
            long pages = (Length + _backend.PageTokens - 1) / _backend.PageTokens;
            long more = pages - _pages;
            _pages = pages;
            _backend.Take(more);
        }
    }
}
