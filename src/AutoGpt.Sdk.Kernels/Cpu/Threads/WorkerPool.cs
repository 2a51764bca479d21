using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Threads that share out the parts of a piece of work with the thread that asks for it. Between pieces they spin, for a token is hundreds of pieces of some
/// microseconds; left alone they park. Each has a run of neighbouring parts of its own, for memory is read fastest in one stream: in parts taken in turn, with a
/// matrix's tile in each, a product of Q6_K reads a quarter less a second. Who has none left takes the others'. A thread that the system does not run holds
/// nobody up: whoever is there takes the parts, and only those that took some are waited for.
/// </summary>
/// <remarks>One caller at a time; the pool does not check it.</remarks>
public sealed class WorkerPool : IDisposable
{
    // State: the number of the piece in the upper half, whether it is open, and how many helpers are in it.
    private const long Open = 1L << 30;
    private const long Helpers = Open - 1;

    // About 50 µs of looking before a thread parks, and of waiting before one gives its time away.
    private const int SpinsBeforeParking = 2_000;
    private const int SpinsBeforeYielding = 500;

    private readonly Thread[] _threads;
    private readonly Share[] _shares;
    private readonly SemaphoreSlim _wake = new(0);
    private Counters _counters;
    private ParallelWork? _work;
    private int _parts;
    private Exception? _failure;
    private volatile bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">Threads in all, the caller's included; at least 1.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _shares = new Share[threads];
        _threads = new Thread[threads - 1];
        for (int index = 0; index < _threads.Length; index++)
        {
            int helper = index + 1;
            _threads[index] = new Thread(() => Serve(helper)) { IsBackground = true, Name = $"AutoGpt kernel {helper}" };
            _threads[index].UnsafeStart();
        }
    }

    /// <summary>Threads in all, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Does all parts of a piece of work and returns when they are done.</summary>
    /// <param name="work">The work.</param>
    /// <param name="parts">How many.</param>
    public void Run(ParallelWork work, int parts)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (parts <= 1 || Threads == 1)
        {
            for (int part = 0; part < parts; part++)
            {
                work.Execute(part);
            }

            return;
        }

        _work = work;
        _parts = parts;
        long piece = ((_counters.State >> 32) + 1) << 32;
        Interlocked.Exchange(ref _counters.State, piece | Open);
        if (Volatile.Read(ref _counters.Parked) is var parked and > 0)
        {
            _wake.Release(parked);
        }

        TakeParts(0, piece, work, parts);
        Interlocked.And(ref _counters.State, ~Open);
        for (int spins = 0; (Volatile.Read(ref _counters.State) & Helpers) != 0; spins++)
        {
            Pause(spins);
        }

        if (_failure is { } failure)
        {
            _failure = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Ends the threads; no work may be running.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _wake.Release(_threads.Length + 1);
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    private static void Pause(int spins)
    {
        if (spins < SpinsBeforeYielding)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    // One's own share first, then those that follow.
    private void TakeParts(int thread, long piece, ParallelWork work, int parts)
    {
        for (int step = 0; step < Threads; step++)
        {
            int share = (thread + step) % Threads;
            int start = (int)((long)parts * share / Threads);
            int end = (int)((long)parts * (share + 1) / Threads);
            while (TryTake(ref _shares[share].Next, piece, start, end, out int part))
            {
                try
                {
                    work.Execute(part);
                }
                catch (Exception exception)
                {
                    // Told by the caller, once nobody works any more.
                    Interlocked.CompareExchange(ref _failure, exception, null);
                }
            }
        }
    }

    // What a share's counter says of an earlier piece means that nobody took a part of this one.
    private static bool TryTake(ref long next, long piece, int start, int end, out int part)
    {
        while (true)
        {
            long seen = Volatile.Read(ref next);
            part = seen >> 32 == piece >> 32 ? (int)seen : start;
            if (part >= end)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref next, piece | (uint)(part + 1), seen) == seen)
            {
                return true;
            }
        }
    }

    private void Serve(int thread)
    {
        long last = 0;
        int spins = 0;
        while (!_disposed)
        {
            long state = Volatile.Read(ref _counters.State);
            if ((state & Open) != 0 && state >> 32 != last)
            {
                if (Interlocked.CompareExchange(ref _counters.State, state + 1, state) == state)
                {
                    last = state >> 32;
                    TakeParts(thread, last << 32, _work!, _parts);
                    Interlocked.Decrement(ref _counters.State);
                    spins = 0;
                }
            }
            else if (++spins < SpinsBeforeParking)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Park(last);
                spins = 0;
            }
        }
    }

    private void Park(long last)
    {
        Interlocked.Increment(ref _counters.Parked);
        long state = Volatile.Read(ref _counters.State);
        if ((state & Open) == 0 || state >> 32 == last)
        {
            _wake.Wait();
        }

        Interlocked.Decrement(ref _counters.Parked);
    }

    // A cache line each: a thread that looks at the state must not wait for those that take parts.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)]
        public long State;

        [FieldOffset(256)]
        public int Parked;
    }

    // The number of the piece in the upper half, the part to be taken next in the lower.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        [FieldOffset(64)]
        public long Next;
    }
}
