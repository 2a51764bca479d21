namespace AutoGpt.Sdk.Models;

/// <summary>
/// Sequences that were read lately, by their token ids and the adapter they were read with: a prompt that begins like one of them is read from where they part. Bounded in number and in tokens, the
/// least recently used goes first, and all go before anybody has to wait for memory. Thread-safe.
/// </summary>
/// <remarks>
/// Where prompts that begin alike come at once, the first is read and the others wait for it, if at least half of it is theirs too: less would be waiting for
/// what they do not need. A few entries are compared one by one; that costs far less than one token.
/// </remarks>
internal sealed class PrefixCache(PrefixSharingOptions options, CacheLedger ledger)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly List<Reading> _readings = [];
    private long _uses;
    private bool _isClosed;

    /// <summary>Tokens that were not read again because a prefix held them.</summary>
    public long TokensShared { get; private set; }

    /// <summary>The entries' tokens, for tests and metrics.</summary>
    public int Tokens
    {
        get
        {
            lock (_gate)
            {
                return _entries.Sum(entry => entry.Ids.Length);
            }
        }
    }

    /// <summary>A sequence that holds a beginning of a prompt, if there is one worth it, after waiting for one that is being read.</summary>
    /// <returns>The sequence or null, and what must be ended by <see cref="Publish"/> or <see cref="End"/> when the prompt is read or is not to be.</returns>
    public async ValueTask<(IBackendSequence? Sequence, Reading Reading)> OpenAsync(ReadOnlyMemory<int> prompt, LoadedAdapter? adapter, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task other;
            lock (_gate)
            {
                // At least one token is left to read: its logits are wanted.
                ReadOnlySpan<int> ids = prompt.Span[..^1];
                (Entry? best, int common) = Best(ids, adapter);
                if (Awaited(ids, adapter, common) is not { } reading)
                {
                    Reading own = new(prompt, adapter);
                    _readings.Add(own);
                    return (best is null ? null : Fork(best, common), own);
                }

                other = reading.Ended.Task;
            }

            await other.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tells that a prompt is read, and keeps a fork of its sequence for others.</summary>
    /// <param name="reading">What <see cref="OpenAsync"/> returned.</param>
    /// <param name="sequence">Holds the prompt, and possibly more.</param>
    public void Publish(Reading reading, IBackendSequence sequence)
    {
        int length = reading.Ids.Length;
        if (length <= options.MaxTokens && length >= options.MinTokens && ledger.TryReserve(length + VirtualTokens(reading.Adapter), reclaim: false) is { } reservation)
        {
            IBackendSequence fork = sequence.Fork();
            fork.Rewind(length);
            Add(new Entry(reading.Ids.ToArray(), reading.Adapter, fork, reservation));
        }

        End(reading);
    }

    /// <summary>Tells that a prompt is not being read any more.</summary>
    public void End(Reading reading)
    {
        lock (_gate)
        {
            _readings.Remove(reading);
        }

        reading.Ended.TrySetResult();
    }

    /// <summary>Takes over a sequence whose generation has ended: a conversation goes on with it. Sequence and reservation are the cache's from here on.</summary>
    public void Keep(LoadedAdapter? adapter, ReadOnlySpan<int> ids, IBackendSequence sequence, Reservation reservation)
    {
        if (ids.Length <= options.MaxTokens && ids.Length >= options.MinTokens && reservation.TryShrink(ids.Length + VirtualTokens(adapter)))
        {
            Add(new Entry(ids.ToArray(), adapter, sequence, reservation));
        }
        else
        {
            sequence.Dispose();
            reservation.Dispose();
        }
    }

    /// <summary>Frees the least recently used.</summary>
    public bool DropOldest()
    {
        Entry? oldest;
        lock (_gate)
        {
            oldest = _entries.MinBy(entry => entry.LastUse);
            if (oldest is null)
            {
                return false;
            }

            _entries.Remove(oldest);
        }

        oldest.Dispose();
        return true;
    }

    /// <summary>Frees what was read with an adapter that is removed, and keeps none of it any more.</summary>
    public void Drop(LoadedAdapter adapter)
    {
        Entry[] dropped;
        lock (_gate)
        {
            adapter.IsRemoved = true;
            dropped = [.. _entries.Where(entry => entry.Adapter == adapter)];
            _entries.RemoveAll(dropped.Contains);
        }

        Array.ForEach(dropped, entry => entry.Dispose());
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        while (DropOldest())
        {
        }
    }

    private void Add(Entry added)
    {
        List<Entry> dropped = [];
        lock (_gate)
        {
            if (_isClosed || added.Adapter is { IsRemoved: true })
            {
                dropped.Add(added);
            }
            else
            {
                // What the new one begins with it can stand for.
                dropped.AddRange(_entries.Where(entry => entry.Adapter == added.Adapter && added.Ids.AsSpan().StartsWith(entry.Ids)));
                _entries.RemoveAll(dropped.Contains);
                added.LastUse = ++_uses;
                _entries.Add(added);
                while (_entries.Count > options.MaxSequences || _entries.Sum(entry => (long)entry.Ids.Length) > options.MaxTokens)
                {
                    Entry oldest = _entries.MinBy(entry => entry.LastUse)!;
                    _entries.Remove(oldest);
                    dropped.Add(oldest);
                }
            }
        }

        dropped.ForEach(entry => entry.Dispose());
    }

    private static int VirtualTokens(LoadedAdapter? adapter) => adapter?.Weights.VirtualTokens ?? 0;

    private (Entry? Best, int Common) Best(ReadOnlySpan<int> ids, LoadedAdapter? adapter)
    {
        Entry? best = null;
        int longest = options.MinTokens - 1;
        foreach (Entry entry in _entries)
        {
            int common = entry.Adapter == adapter ? ids.CommonPrefixLength(entry.Ids) : 0;
            if (common > longest)
            {
                (best, longest) = (entry, common);
            }
        }

        return (best, longest);
    }

    private Reading? Awaited(ReadOnlySpan<int> ids, LoadedAdapter? adapter, int common)
    {
        foreach (Reading reading in _readings)
        {
            int shared = reading.Adapter == adapter ? ids.CommonPrefixLength(reading.Ids.Span) : 0;
            if (shared > common && shared * 2 >= reading.Ids.Length)
            {
                return reading;
            }
        }

        return null;
    }

    // Under the lock, so that nobody frees it meanwhile.
    private IBackendSequence Fork(Entry entry, int length)
    {
        entry.LastUse = ++_uses;
        TokensShared += length;
        IBackendSequence fork = entry.Sequence.Fork();
        fork.Rewind(length);
        return fork;
    }

    /// <summary>A prompt that is being read.</summary>
    internal sealed class Reading(ReadOnlyMemory<int> ids, LoadedAdapter? adapter)
    {
        public ReadOnlyMemory<int> Ids => ids;

        public LoadedAdapter? Adapter => adapter;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Entry(int[] ids, LoadedAdapter? adapter, IBackendSequence sequence, Reservation reservation)
    {
        public int[] Ids => ids;

        public LoadedAdapter? Adapter => adapter;

        public IBackendSequence Sequence => sequence;

        public long LastUse { get; set; }

        public void Dispose()
        {
            sequence.Dispose();
            reservation.Dispose();
        }
    }
}
