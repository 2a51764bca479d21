using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Machine code in memory that the processor may run: written first, then made readable and executable and never written again. It lasts as long as the process,
/// for kernels are few and shared by all matrices of a shape.
/// </summary>
internal static unsafe partial class ExecutableCode
{
    private const int ReadWrite = 1 | 2;
    private const int ReadExecute = 1 | 4;
    private const int PrivateAnonymous = 0x22;
    private const int WindowsCommitReserve = 0x3000;
    private const int WindowsReadWrite = 0x04;
    private const int WindowsReadExecute = 0x20;

    /// <summary>Puts code where it can be called.</summary>
    /// <param name="code">The code; independent of where it lies.</param>
    /// <returns>Its first instruction.</returns>
    /// <exception cref="Win32Exception">The system gives no memory, or lets none be executed.</exception>
    /// <exception cref="PlatformNotSupportedException">Neither Linux nor Windows.</exception>
    public static void* Load(ReadOnlySpan<byte> code)
    {
        if (OperatingSystem.IsLinux())
        {
            nint memory = Map(0, code.Length, ReadWrite, PrivateAnonymous, -1, 0);
            ThrowUnless(memory != -1);
            code.CopyTo(new Span<byte>((void*)memory, code.Length));
            ThrowUnless(Protect(memory, code.Length, ReadExecute) == 0);
            return (void*)memory;
        }

        if (OperatingSystem.IsWindows())
        {
            nint memory = VirtualAlloc(0, code.Length, WindowsCommitReserve, WindowsReadWrite);
            ThrowUnless(memory != 0);
            code.CopyTo(new Span<byte>((void*)memory, code.Length));
            ThrowUnless(VirtualProtect(memory, code.Length, WindowsReadExecute, out _) != 0);
            return (void*)memory;
        }

        throw new PlatformNotSupportedException("Code is put into memory on Linux and Windows only.");
    }

    private static void ThrowUnless(bool succeeded)
    {
        if (!succeeded)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint VirtualAlloc(nint address, nint size, int type, int protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int VirtualProtect(nint address, nint size, int protection, out int previous);
}
