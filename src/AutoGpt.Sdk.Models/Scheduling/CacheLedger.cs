namespace AutoGpt.Sdk.Models;

/// <summary>
/// Who may fill how much of a backend's cache. Whoever reads reserves first what it can come to hold, so that nobody runs out in the middle of a text: those who
/// run always end, and those who wait are served in the order they came. Whoever holds memory never waits for more – that is what would let two wait for each other.
/// Thread-safe.
/// </summary>
internal sealed class CacheLedger(IBackendCache? cache)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly long _pages = cache is null ? long.MaxValue : cache.CapacityTokens / cache.PageTokens;
    private long _used;

    /// <summary>Frees something that is only kept to save work; false when there is nothing left.</summary>
    public Func<bool> Reclaim { get; set; } = () => false;

    /// <summary>Reserves room for a context that holds nothing yet, waiting until there is some.</summary>
    /// <exception cref="AutoGptException">So much never fits.</exception>
    public async ValueTask<Reservation> ReserveAsync(int tokens, CancellationToken cancellationToken)
    {
        long pages = PagesOf(tokens);
        if (pages > _pages)
        {
            throw new AutoGptException($"A context of {tokens} tokens does not fit the backend's cache, which holds {cache!.CapacityTokens} in pages of {cache.PageTokens}. Ask for fewer tokens, or give the cache more memory.");
        }

        if (TryTake(pages))
        {
            return new Reservation(this, pages);
        }

        LinkedListNode<Waiter> node;
        lock (_gate)
        {
            node = _waiters.AddLast(new Waiter(pages, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
            Serve();
        }

        // What was put by since the last look.
        while (!node.Value.Admitted.Task.IsCompleted && Reclaim())
        {
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static (state, token) =>
        {
            (CacheLedger ledger, LinkedListNode<Waiter> waiter) = ((CacheLedger, LinkedListNode<Waiter>))state!;
            ledger.GiveUp(waiter, token);
        }, (this, node));
        await node.Value.Admitted.Task.ConfigureAwait(false);
        return new Reservation(this, pages);
    }

    /// <summary>Reserves room at once, or not at all: for a context whose origin holds memory, or for what is only kept to save work.</summary>
    public Reservation? TryReserve(int tokens, bool reclaim)
    {
        long pages = PagesOf(tokens);
        return (reclaim ? TryTake(pages) : TryTakeFree(pages)) ? new Reservation(this, pages) : null;
    }

    private bool TryTake(long pages)
    {
        while (!TryTakeFree(pages))
        {
            // Not under the lock: what is freed gives its room back here.
            if (!Reclaim())
            {
                return TryTakeFree(pages);
            }
        }

        return true;
    }

    private bool TryTakeFree(long pages)
    {
        lock (_gate)
        {
            if (_waiters.Count > 0 || pages > _pages - _used)
            {
                return false;
            }

            _used += pages;
            return true;
        }
    }

    /// <summary>Gives up all but so many tokens of a reservation; refused, and nothing changed, while somebody waits for room.</summary>
    internal bool TryShrink(Reservation reservation, int tokens)
    {
        lock (_gate)
        {
            if (_waiters.Count > 0)
            {
                return false;
            }

            long pages = Math.Min(PagesOf(tokens), reservation.Pages);
            _used -= reservation.Pages - pages;
            reservation.Pages = pages;
            return true;
        }
    }

    internal void Free(long pages)
    {
        lock (_gate)
        {
            _used -= pages;
            Serve();
        }
    }

    private void GiveUp(LinkedListNode<Waiter> node, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (node.List is not null)
            {
                _waiters.Remove(node);
                node.Value.Admitted.SetCanceled(cancellationToken);
                // It may have stood before others that fit.
                Serve();
            }
        }
    }

    private void Serve()
    {
        while (_waiters.First is { } first && first.Value.Pages <= _pages - _used)
        {
            _waiters.RemoveFirst();
            _used += first.Value.Pages;
            first.Value.Admitted.SetResult();
        }
    }

    // Pages that a fork shares count for both, as if each had its own: after its origin is gone, it has.
    private long PagesOf(int tokens) => cache is null ? 0 : ((long)tokens + cache.PageTokens - 1) / cache.PageTokens;

    private readonly record struct Waiter(long Pages, TaskCompletionSource Admitted);
}

/// <summary>Room in a cache, held by a context and those of its forks that have none of their own yet.</summary>
internal sealed class Reservation(CacheLedger ledger, long pages)
{
    private int _holders = 1;

    public long Pages { get; set; } = pages;

    public Reservation Share()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <summary>Keeps room for so many tokens only. False where that is not allowed now.</summary>
    public bool TryShrink(int tokens) => Volatile.Read(ref _holders) == 1 && ledger.TryShrink(this, tokens);

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ledger.Free(Pages);
        }
    }
}
