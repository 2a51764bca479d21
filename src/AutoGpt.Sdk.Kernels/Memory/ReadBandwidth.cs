using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// How fast this machine's threads read memory that no cache holds: the limit of a decoder, which reads every weight for every token. Owns the memory it reads.
/// Not thread-safe.
/// </summary>
/// <remarks>A machine's bandwidth moves from second to second where others use it: measure it beside what is held against it, and again each time.</remarks>
public sealed class ReadBandwidth : IDisposable
{
    private const int Step = 256;

    private readonly AlignedMemory _memory;
    private readonly int _threads;

    /// <summary>Takes the memory.</summary>
    /// <param name="threads">Threads that read, each its own part. From 1 to 1024.</param>
    /// <param name="bytes">Bytes they read together, far more than all caches hold. Default: half a GiB. At least 1 MiB a thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ReadBandwidth(int threads, long bytes = 1 << 29)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, (long)threads << 20);
        _threads = threads;
        _memory = new AlignedMemory(bytes);
    }

    /// <summary>Reads it all, several times, and takes the median: some 0.1 s on a desktop machine.</summary>
    /// <returns>Bytes a second, of all threads together.</returns>
    public double Measure()
    {
        const int passes = 5;
        long part = _memory.Bytes / _threads / Step * Step;
        double[] speeds = new double[passes];
        // A thread's reading begins when all are there; the first pass wakes them and their clocks.
        using Barrier barrier = new(_threads);
        long[] begins = new long[_threads], ends = new long[_threads];
        Thread[] threads = [.. Enumerable.Range(0, _threads).Select(index => new Thread(() =>
        {
            for (int pass = -1; pass < passes; pass++)
            {
                barrier.SignalAndWait();
                begins[index] = Stopwatch.GetTimestamp();
                Read(index * part, part);
                ends[index] = Stopwatch.GetTimestamp();
                barrier.SignalAndWait();
                if (index == 0 && pass >= 0)
                {
                    speeds[pass] = _threads * part / Stopwatch.GetElapsedTime(begins.Min(), ends.Max()).TotalSeconds;
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Array.Sort(speeds);
        return speeds[passes / 2];
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    // Four chains, so that no addition waits for another, in one rising stream: what the processor fetches by itself is more than prefetches in the code get.
    private unsafe void Read(long start, long length)
    {
        byte* at = _memory.Pointer + start, end = at + length;
        Vector256<byte> a = default, b = default, c = default, d = default;
        for (; at < end; at += Step)
        {
            a ^= Vector256.Load(at) ^ Vector256.Load(at + 32);
            b ^= Vector256.Load(at + 64) ^ Vector256.Load(at + 96);
            c ^= Vector256.Load(at + 128) ^ Vector256.Load(at + 160);
            d ^= Vector256.Load(at + 192) ^ Vector256.Load(at + 224);
        }

        // The sums are used, or the compiler would leave the reading out.
        GC.KeepAlive((a ^ b ^ c ^ d) == Vector256<byte>.Zero ? null : this);
    }
}
