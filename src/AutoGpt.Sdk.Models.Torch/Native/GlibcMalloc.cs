using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Settings of glibc's allocator that training on the CPU profits from. By default glibc gives large blocks back to the system after every
/// operation, and the page faults of getting them again cost more than the arithmetic: without them single operations are two to seven times faster.
/// </summary>
public static class GlibcMalloc
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MaximumMappings = -4;
    private const int MaximumArenas = -8;

    private static readonly Lock Gate = new();
    private static bool? s_applied;

    /// <summary>
    /// Keeps freed memory in the process and grows it in steps of 512 MiB, process-wide and for good. Call it before the first tensor; later calls
    /// do nothing. An opt-in: the process no longer shrinks. The trainer calls it unless told otherwise.
    /// </summary>
    /// <returns>Whether the settings hold: false on systems without glibc.</returns>
    public static bool KeepFreedMemory()
    {
        lock (Gate)
        {
            return s_applied ??= OperatingSystem.IsLinux() && Apply();
        }
    }

    private static bool Apply()
    {
        // musl has no mallopt; a C library that has one and refuses an option returns 0.
        if (!NativeLibrary.TryLoad("libc.so.6", out nint libc) || !NativeLibrary.TryGetExport(libc, "mallopt", out nint address))
        {
            return false;
        }

        MallOpt mallopt = Marshal.GetDelegateForFunctionPointer<MallOpt>(address);

        // No block is mapped on its own; one arena, so that what one thread freed serves the next; −1 turns trimming off.
        return mallopt(MaximumMappings, 0) != 0
            & mallopt(MaximumArenas, 1) != 0
            & mallopt(TrimThreshold, -1) != 0
            & mallopt(TopPad, 512 << 20) != 0;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MallOpt(int parameter, int value);
}
