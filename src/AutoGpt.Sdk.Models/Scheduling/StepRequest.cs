using System.Threading.Tasks.Sources;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// What one context asks of the scheduler: the tokens to read and where their logits go. Each context has one and uses it again for every call, so that a
/// step allocates nothing.
/// </summary>
internal sealed class StepRequest(IBackendSequence sequence, int vocabulary) : IValueTaskSource<Logits>
{
    // Continuations go to the thread pool: the scheduler's thread never runs a caller's code.
    private ManualResetValueTaskSourceCore<Logits> _source = new() { RunContinuationsAsynchronously = true };
    private volatile State _state;
    private float[] _logits = [];
    private ReadOnlyMemory<int> _ids;
    private LogitsWanted _wanted;
    private int _start;
    private int _done;
    private Exception? _failure;

    private enum State
    {
        Idle,
        Busy,
        DisposedWhenDone,
        Disposed,
    }

    public IBackendSequence Sequence => sequence;

    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Tokens not yet read.</summary>
    public int Left => _ids.Length - _done;

    /// <summary>Tokens to read in the turn being made. Only the scheduler touches it.</summary>
    public int Share { get; set; }

    /// <summary>Whether it waits for a turn or is in one. Only the scheduler touches it.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether there is nothing more to read.</summary>
    public bool HasEnded => Left == 0 || _failure is not null;

    /// <summary>Whether its context is closed, so that no other call can follow.</summary>
    public bool IsGone => _state is State.Disposed or State.DisposedWhenDone;

    /// <summary>The last turn the context took part in. Only the scheduler touches it.</summary>
    public long LastTurn { get; set; }

    /// <summary>Takes the context for one call.</summary>
    /// <exception cref="InvalidOperationException">Another call is under way.</exception>
    public void Begin(ReadOnlyMemory<int> ids, LogitsWanted wanted, CancellationToken cancellationToken)
    {
        Claim();
        int rows = Rows(ids.Length, wanted);
        if (_logits.Length < rows * vocabulary)
        {
            _logits = new float[rows * vocabulary];
        }

        (_ids, _wanted, CancellationToken, _done, _start, _failure) = (ids, wanted, cancellationToken, 0, sequence.Length, null);
        _source.Reset();
    }

    /// <summary>Keeps others out while something short is done to the sequence.</summary>
    /// <exception cref="InvalidOperationException">A call is under way.</exception>
    public void Claim()
    {
        State found = Interlocked.CompareExchange(ref _state, State.Busy, State.Idle);
        ObjectDisposedException.ThrowIf(found is State.Disposed or State.DisposedWhenDone, typeof(ITokenContext));
        if (found != State.Idle)
        {
            throw new InvalidOperationException("A context does one thing at a time, and an append of it has not ended yet. Await it first, or fork the context.");
        }
    }

    /// <summary>Ends what <see cref="Claim"/> or <see cref="Begin"/> began.</summary>
    public void Release()
    {
        if (Interlocked.CompareExchange(ref _state, State.Idle, State.Busy) == State.DisposedWhenDone)
        {
            _state = State.Disposed;
            sequence.Dispose();
        }
    }

    /// <summary>Frees the sequence, after the call under way if there is one.</summary>
    /// <returns>Whether this call ended the context, now or later.</returns>
    public bool Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, State.DisposedWhenDone, State.Busy) == State.Busy)
        {
            return true;
        }

        if (Interlocked.CompareExchange(ref _state, State.Disposed, State.Idle) == State.Idle)
        {
            sequence.Dispose();
            return true;
        }

        return false;
    }

    /// <summary>Gives the sequence away instead of freeing it.</summary>
    public bool Detach() => Interlocked.CompareExchange(ref _state, State.Disposed, State.Idle) == State.Idle;

    /// <summary>The next <see cref="Share"/> tokens as a step of a backend.</summary>
    public SequenceStep Step()
    {
        // The logits after the last token come with the last piece only.
        LogitsWanted wanted = _wanted == LogitsWanted.Last && Share < Left ? LogitsWanted.None : _wanted;
        int first = wanted == LogitsWanted.All ? _done : 0;
        return new SequenceStep(sequence, _ids.Slice(_done, Share), wanted, _logits.AsMemory(first * vocabulary, Rows(Share, wanted) * vocabulary));
    }

    /// <summary>Notes that the tokens of <see cref="Step"/> are read.</summary>
    public void Advance() => _done += Share;

    /// <summary>Forgets what a step that failed may have read.</summary>
    public void UndoStep() => RewindTo(_start + _done);

    /// <summary>The result of a request that was read without waiting.</summary>
    public Logits Finish()
    {
        Logits logits = Result();
        Release();
        return logits;
    }

    /// <summary>Undoes a request that was read without waiting and failed.</summary>
    public void Abandon()
    {
        RewindTo(_start);
        Release();
    }

    /// <summary>The caller's end of a request that waits.</summary>
    public ValueTask<Logits> AsTask() => new(this, _source.Version);

    /// <summary>Undoes a request that waits; its caller hears of it from <see cref="Complete"/>.</summary>
    public void Fail(Exception exception)
    {
        RewindTo(_start);
        _failure = exception;
    }

    /// <summary>Answers a request that waits. The last thing that is done with it: the caller may use it for the next one at once.</summary>
    public void Complete()
    {
        Exception? failure = _failure;
        Logits logits = failure is null ? Result() : default;
        Release();
        if (failure is null)
        {
            _source.SetResult(logits);
        }
        else
        {
            _source.SetException(failure);
        }
    }

    Logits IValueTaskSource<Logits>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Logits>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<Logits>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    public static int Rows(int tokens, LogitsWanted wanted) => wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => tokens };

    private Logits Result() => new(_logits.AsMemory(0, Rows(_ids.Length, _wanted) * vocabulary), vocabulary);

    private void RewindTo(int length)
    {
        if (sequence.Length > length)
        {
            sequence.Rewind(length);
        }
    }
}
