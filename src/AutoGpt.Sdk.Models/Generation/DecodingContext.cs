namespace AutoGpt.Sdk.Models;

/// <summary>
/// One text position over a backend's sequence: the scheduler reads for it, the ledger lets it in. It reserves its whole capacity when it first reads; a fork
/// stands on its origin's reservation until it reads.
/// </summary>
internal sealed class DecodingContext : ITokenContext
{
    private readonly StepScheduler _scheduler;
    private readonly CacheLedger _ledger;
    private readonly IBackendSequence _sequence;
    private readonly StepRequest _request;
    private readonly int _vocabulary;
    private readonly int _virtualTokens;
    private readonly bool _isFork;
    private Reservation? _reservation;
    private bool _isAdmitted;

    /// <param name="scheduler">The model's.</param>
    /// <param name="ledger">The model's.</param>
    /// <param name="sequence">What to read into; may hold tokens. The context's own from here on.</param>
    /// <param name="capacity">Tokens it may hold, up to the sequence's capacity.</param>
    /// <param name="vocabulary">Values of a row of logits.</param>
    /// <param name="virtualTokens">Positions that the sequence's adapter takes besides.</param>
    /// <param name="reservation">Room for all of these, or null to reserve it at the first append.</param>
    public DecodingContext(StepScheduler scheduler, CacheLedger ledger, IBackendSequence sequence, int capacity, int vocabulary, int virtualTokens, Reservation? reservation = null)
        : this(scheduler, ledger, sequence, capacity, vocabulary, virtualTokens, reservation, isFork: false)
    {
        _isAdmitted = reservation is not null;
    }

    private DecodingContext(
        StepScheduler scheduler, CacheLedger ledger, IBackendSequence sequence, int capacity, int vocabulary, int virtualTokens, Reservation? reservation, bool isFork)
    {
        (_scheduler, _ledger, _sequence, _vocabulary, _virtualTokens, _reservation, _isFork) = (scheduler, ledger, sequence, vocabulary, virtualTokens, reservation, isFork);
        _request = new StepRequest(sequence, vocabulary);
        Capacity = capacity;
    }

    public int Length => _sequence.Length;

    public int Capacity { get; }

    public ValueTask<Logits> AppendAsync(ReadOnlyMemory<int> ids, LogitsWanted wanted = LogitsWanted.Last, CancellationToken cancellationToken = default)
    {
        if (ids.IsEmpty)
        {
            // Nothing would be computed, and what was would be an earlier call's.
            throw new ArgumentException("At least one token must be given.", nameof(ids));
        }

        int rows = StepRequest.Rows(ids.Length, wanted);
        if ((long)rows * _vocabulary > Array.MaxLength)
        {
            throw new ArgumentException($"{rows} rows of {_vocabulary} logits do not fit an array. Append fewer tokens at once.", nameof(ids));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Logits>(cancellationToken);
        }

        _request.Begin(ids, wanted, cancellationToken);
        if (ids.Length > Capacity - Length)
        {
            int read = Length;
            _request.Release();
            throw new AutoGptException($"The context of {Capacity} tokens is full: {read} are read and {ids.Length} more were given.");
        }

        return _isAdmitted ? _scheduler.ReadAsync(_request) : AdmitAndReadAsync(cancellationToken);
    }

    public ITokenContext Fork()
    {
        _request.Claim();
        try
        {
            return new DecodingContext(_scheduler, _ledger, _sequence.Fork(), Capacity, _vocabulary, _virtualTokens, _reservation?.Share(), isFork: _reservation is not null);
        }
        finally
        {
            _request.Release();
        }
    }

    public void Rewind(int length)
    {
        _request.Claim();
        try
        {
            _sequence.Rewind(length);
        }
        finally
        {
            _request.Release();
        }
    }

    public void Dispose()
    {
        if (_request.Dispose())
        {
            _scheduler.Leave(_request);
            Interlocked.Exchange(ref _reservation, null)?.Dispose();
        }
    }

    /// <summary>Closes the context, and gives what it has read into a cache instead of freeing it.</summary>
    /// <param name="prefixes">The cache.</param>
    /// <param name="adapter">What they were read with.</param>
    /// <param name="ids">The tokens the context has read.</param>
    public void DisposeInto(PrefixCache prefixes, LoadedAdapter? adapter, ReadOnlySpan<int> ids)
    {
        if (_isAdmitted && _reservation is { } reservation && ids.Length == Length && _request.Detach())
        {
            _scheduler.Leave(_request);
            prefixes.Keep(adapter, ids, _sequence, reservation);
        }
        else
        {
            Dispose();
        }
    }

    /// <summary>Tells others that the context holds a prompt.</summary>
    public void Publish(PrefixCache prefixes, PrefixCache.Reading reading) => prefixes.Publish(reading, _sequence);

    private async ValueTask<Logits> AdmitAndReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            Reservation reservation = _isFork
                ? _ledger.TryReserve(Capacity + _virtualTokens, reclaim: true) ?? throw new AutoGptException(
                    $"There is no room in the backend's cache for a fork of {Capacity} tokens. A fork does not wait, as its origin may be what it would wait for: close contexts, or give the cache more memory.")
                : await _ledger.ReserveAsync(Capacity + _virtualTokens, cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _reservation, reservation)?.Dispose();
            _isAdmitted = true;
            if (_request.IsGone)
            {
                // Closed while it waited.
                Interlocked.Exchange(ref _reservation, null)?.Dispose();
            }
        }
        catch
        {
            _request.Abandon();
            throw;
        }

        return await _scheduler.ReadAsync(_request).ConfigureAwait(false);
    }
}
