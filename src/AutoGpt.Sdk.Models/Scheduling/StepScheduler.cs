using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Lets many contexts read on one backend: whoever waits goes into the next turn, one pass over the weights for all of them. Thread-safe.
/// </summary>
/// <remarks>
/// <para>A context that is alone is read on its caller's thread: no hop, no lock held, nothing allocated. As soon as a second one comes, turns are made by
/// a thread of the scheduler's own, which is started when it is first needed, sleeps when nobody waits and ends with <see cref="Dispose"/>.</para>
/// <para><b>Turns.</b> Every request that waits takes part in every turn. One that decodes is read whole; long prompts share what is left of the turn's
/// budget in the order they came, so that those who decode keep their pace while a prompt is read.</para>
/// <para><b>Linger.</b> Contexts in lock-step come back one after another, each after choosing its token. Beginning with the first of them would make it a
/// turn of its own and the others late for the next, for ever. So a turn waits for the contexts of the last two turns that are still open (of two: a context
/// that came while the other was read must find it again), but at most a quarter of the time the last turn took, and 5 ms, after that turn's end. One that
/// stays away costs the others that much twice; one that is waited for saves them a pass over the weights.</para>
/// <para><b>Failures.</b> A turn that fails is read again one request at a time, so that a failure is its own request's and nobody else's.</para>
/// </remarks>
internal sealed class StepScheduler(ILogitsBackend backend, int tokensPerTurn) : IDisposable
{
    // What each request may read before prompts get the rest of a turn: enough for a token and what was proposed after it.
    private const int Ahead = 16;
    private static readonly long s_lingerLimit = Stopwatch.Frequency / 200;
    private static readonly long s_millisecond = Stopwatch.Frequency / 1000;

    private readonly object _gate = new();
    private readonly List<StepRequest> _waiting = [];
    private readonly List<StepRequest> _companions = [];
    private readonly List<StepRequest> _turn = [];
    private readonly List<StepRequest> _ended = [];
    private readonly List<SequenceStep> _steps = [];
    private Thread? _thread;
    private bool _isReading;
    private bool _isSleeping;
    private bool _isDisposed;
    private long _turns;
    private long _turnEnd;
    private long _turnTime;

    /// <summary>Reads the tokens of a request that has begun.</summary>
    public ValueTask<Logits> ReadAsync(StepRequest request)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                request.Abandon();
                throw new ObjectDisposedException(nameof(CausalLanguageModel));
            }

            if (_isReading || _waiting.Count > 0 || _companions.Count > 1 || (_companions.Count == 1 && _companions[0] != request))
            {
                return Wait(request, _waiting.Count);
            }

            _isReading = true;
        }

        return ReadAlone(request);
    }

    /// <summary>Nobody need wait for this one any more.</summary>
    public void Leave(StepRequest request)
    {
        lock (_gate)
        {
            if (_companions.Remove(request) && _waiting.Count > 0)
            {
                Wake();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
            while (_isReading)
            {
                Monitor.Wait(_gate);
            }
        }

        _thread?.Join();
    }

    // On the caller's thread, until it is done or others come.
    private ValueTask<Logits> ReadAlone(StepRequest request)
    {
        while (true)
        {
            long begin = Stopwatch.GetTimestamp();
            try
            {
                request.Share = Math.Min(request.Left, tokensPerTurn);
                Read(request);
            }
            catch
            {
                request.Abandon();
                EndAlone(begin, request);
                throw;
            }

            if (request.Left == 0)
            {
                EndAlone(begin, request);
                return new ValueTask<Logits>(request.Finish());
            }

            lock (_gate)
            {
                if (_isDisposed)
                {
                    request.Abandon();
                    End(begin, []);
                    throw new ObjectDisposedException(nameof(CausalLanguageModel));
                }

                if (_waiting.Count > 0)
                {
                    ValueTask<Logits> task = Wait(request, 0);
                    End(begin, new ReadOnlySpan<StepRequest>(in request));
                    return task;
                }
            }
        }
    }

    private void EndAlone(long begin, StepRequest request)
    {
        lock (_gate)
        {
            End(begin, new ReadOnlySpan<StepRequest>(in request));
        }
    }

    // Under the lock.
    private ValueTask<Logits> Wait(StepRequest request, int place)
    {
        ValueTask<Logits> task = request.AsTask();
        request.IsWaiting = true;
        _waiting.Insert(place, request);
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "AutoGpt decoding" };
            _thread.Start();
        }

        if (!_isReading && (_waiting.Count == 1 || AllAreHere()))
        {
            Wake();
        }

        return task;
    }

    private void Run()
    {
        while (true)
        {
            bool isLast;
            lock (_gate)
            {
                while (!_isDisposed && (_isReading || _waiting.Count == 0))
                {
                    Sleep(Timeout.Infinite);
                }

                Linger();
                Plan();
                isLast = _isDisposed;
                _isReading |= _turn.Count > 0;
            }

            if (_turn.Count > 0)
            {
                long begin = Stopwatch.GetTimestamp();
                ReadTurn();
                lock (_gate)
                {
                    End(begin, CollectionsMarshal.AsSpan(_turn));
                }
            }

            foreach (StepRequest request in _ended)
            {
                request.Complete();
            }

            _ended.Clear();
            if (isLast)
            {
                return;
            }
        }
    }

    // Under the lock, which it gives up in between.
    private void Linger()
    {
        long deadline = _turnEnd + Math.Min(_turnTime / 4, s_lingerLimit);
        while (!_isDisposed && !AllAreHere() && deadline - Stopwatch.GetTimestamp() is > 0 and long left)
        {
            if (left >= s_millisecond)
            {
                Sleep((int)(left / s_millisecond));
            }
            else
            {
                // Too short for a timer.
                Monitor.Exit(_gate);
                Thread.Yield();
                Monitor.Enter(_gate);
            }
        }
    }

    // Under the lock: who takes part in the next turn, and with how many tokens.
    private void Plan()
    {
        _turn.Clear();
        for (int index = _waiting.Count - 1; index >= 0; index--)
        {
            StepRequest request = _waiting[index];
            if (_isDisposed)
            {
                EndWaiting(request, new ObjectDisposedException(nameof(CausalLanguageModel)));
            }
            else if (request.CancellationToken.IsCancellationRequested)
            {
                EndWaiting(request, new OperationCanceledException(request.CancellationToken));
            }
        }

        _turn.AddRange(_waiting);
        int left = tokensPerTurn;
        int ahead = Math.Clamp(tokensPerTurn / Math.Max(_turn.Count, 1), 1, Ahead);
        foreach (StepRequest request in _turn)
        {
            request.Share = Math.Min(request.Left, ahead);
            left -= request.Share;
        }

        foreach (StepRequest request in _turn)
        {
            int more = Math.Min(request.Left - request.Share, Math.Max(left, 0));
            request.Share += more;
            left -= more;
        }
    }

    private void ReadTurn()
    {
        if (_turn.Count > 1 && TryReadTogether())
        {
            return;
        }

        foreach (StepRequest request in _turn)
        {
            try
            {
                Read(request);
            }
            catch (Exception exception)
            {
                request.Fail(exception);
            }
        }
    }

    private bool TryReadTogether()
    {
        _steps.Clear();
        foreach (StepRequest request in _turn)
        {
            _steps.Add(request.Step());
        }

        try
        {
            // No one's cancellation is the others': who is cancelled meanwhile hears of it before the next turn.
            backend.Append(_steps);
        }
        catch (Exception)
        {
            // Whose failure it is shows when each is read by itself.
            foreach (StepRequest request in _turn)
            {
                request.UndoStep();
            }

            return false;
        }

        foreach (StepRequest request in _turn)
        {
            request.Advance();
        }

        return true;
    }

    // As a turn of one: a backend writes a step's logits where they go, and those of a span it may have to copy.
    private void Read(StepRequest request)
    {
        _steps.Clear();
        _steps.Add(request.Step());
        backend.Append(_steps, request.CancellationToken);
        request.Advance();
    }

    // Under the lock.
    private void End(long begin, ReadOnlySpan<StepRequest> turn)
    {
        _turns++;
        _turnEnd = Stopwatch.GetTimestamp();
        _turnTime = _turnEnd - begin;
        foreach (StepRequest request in turn)
        {
            request.LastTurn = _turns;
            if (!_companions.Contains(request))
            {
                _companions.Add(request);
            }

            if (request.IsWaiting && request.HasEnded)
            {
                EndWaiting(request, null);
            }
        }

        for (int index = _companions.Count - 1; index >= 0; index--)
        {
            if (_companions[index].IsGone || (_companions[index].LastTurn < _turns - 1 && !_companions[index].IsWaiting))
            {
                _companions.RemoveAt(index);
            }
        }

        _isReading = false;
        if (_waiting.Count > 0 || _isDisposed)
        {
            Wake();
        }
    }

    private void EndWaiting(StepRequest request, Exception? failure)
    {
        _waiting.Remove(request);
        request.IsWaiting = false;
        if (failure is not null)
        {
            request.Fail(failure);
        }

        _ended.Add(request);
    }

    private bool AllAreHere()
    {
        foreach (StepRequest request in _companions)
        {
            if (!request.IsWaiting)
            {
                return false;
            }
        }

        return true;
    }

    private void Sleep(int milliseconds)
    {
        _isSleeping = true;
        Monitor.Wait(_gate, milliseconds);
        _isSleeping = false;
    }

    // Whoever disposes of the scheduler waits at the same gate, and looks again too.
    private void Wake()
    {
        if (_isSleeping || _isDisposed)
        {
            _isSleeping = false;
            Monitor.PulseAll(_gate);
        }
    }
}
