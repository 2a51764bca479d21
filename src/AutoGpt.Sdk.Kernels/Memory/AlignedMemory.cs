using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Memory outside the garbage collector's heap, at a multiple of 64 bytes: a cache line, and the widest vector. Large pieces ask for huge pages, without
/// which a walk over all weights waits for page tables.
/// </summary>
internal sealed unsafe partial class AlignedMemory : IDisposable
{
    private const int Alignment = 64;
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    private void* _start;

    /// <param name="bytes">How much.</param>
    /// <param name="isCleared">Whether it begins as zeros. Default true.</param>
    public AlignedMemory(long bytes, bool isCleared = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
        nuint size = (nuint)Math.Max(bytes, Alignment);
        bool isLarge = size >= 2 * HugePage;
        _start = NativeMemory.AlignedAlloc(size, isLarge ? HugePage : Alignment);
        if (isLarge && OperatingSystem.IsLinux())
        {
            // Advice: where it is refused the memory is as good as before.
            _ = Advise(_start, size, AdviseHugePages);
        }

        if (isCleared)
        {
            NativeMemory.Clear(_start, size);
        }

        GC.AddMemoryPressure((long)size);
    }

    ~AlignedMemory() => Free();

    public long Bytes { get; }

    public byte* Pointer => (byte*)_start;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start is not null)
        {
            NativeMemory.AlignedFree(_start);
            _start = null;
            GC.RemoveMemoryPressure((long)(nuint)Math.Max(Bytes, Alignment));
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);
}
