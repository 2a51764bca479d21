using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Runs pieces of work on the threads libtorch computes on. Threads of one's own get in their way: OpenMP's wait for the next operation at full speed, for milliseconds, and hold the cores meanwhile.
/// Where libtorch comes without GNU's OpenMP – on Windows and macOS – the thread pool does it.
/// </summary>
internal static class TorchThreads
{
    private static readonly Region s_region = Enter;
    private static readonly nint s_regionAddress = Marshal.GetFunctionPointerForDelegate(s_region);
    private static readonly Lazy<ParallelRegion?> s_parallel = new(Find);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Region(nint work);

    // libgomp's GOMP_parallel: every thread of the team calls the function once; it returns when all have.
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ParallelRegion(nint region, nint work, uint threads, uint flags);

    /// <summary>Calls the body for each number below <paramref name="count"/>, in any order, on as many threads as libtorch may use.</summary>
    /// <param name="count">At least 0.</param>
    /// <param name="body">The work. The first exception ends all.</param>
    public static void For(int count, Action<int> body)
    {
        int threads = get_num_threads();
        if (threads <= 1 || count <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        if (s_parallel.Value is not ParallelRegion parallel)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
            return;
        }

        Work work = new(count, body);
        GCHandle handle = GCHandle.Alloc(work);
        try
        {
            // 0: the whole team, even for less work. A smaller one would end the others' threads, and libtorch's next operation begin new ones.
            parallel(s_regionAddress, GCHandle.ToIntPtr(handle), 0, 0);
        }
        finally
        {
            handle.Free();
        }

        work.Failure?.Throw();
    }

    // libtorch is loaded by now, under this name, and its exports are searched with those it depends on.
    private static ParallelRegion? Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libtorch_cpu.so", out nint library) && NativeLibrary.TryGetExport(library, "GOMP_parallel", out nint address)
            ? Marshal.GetDelegateForFunctionPointer<ParallelRegion>(address) : null;

    private static void Enter(nint work) => ((Work)GCHandle.FromIntPtr(work).Target!).Run();

    private sealed class Work(int count, Action<int> body)
    {
        private int _taken;

        public ExceptionDispatchInfo? Failure { get; private set; }

        // No exception may leave: there is native code below.
        public void Run()
        {
            try
            {
                for (int i = Interlocked.Increment(ref _taken) - 1; i < count; i = Interlocked.Increment(ref _taken) - 1)
                {
                    body(i);
                }
            }
            catch (Exception exception)
            {
                Interlocked.Exchange(ref _taken, count);
                Failure = ExceptionDispatchInfo.Capture(exception);
            }
        }
    }
}
