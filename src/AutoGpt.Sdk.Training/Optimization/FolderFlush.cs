using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AutoGpt.Sdk.Training;

/// <summary>Puts a folder's entries on the disk: on Unix a moved or created file survives a power failure only once its folder is flushed.</summary>
internal static class FolderFlush
{
    private const int ReadOnly = 0; // fcntl.h

    /// <summary>Flushes the entries, not the files' content. Does nothing on Windows, which has no such call, nor where the file system does not know it.</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Run(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // File.OpenHandle refuses folders.
        int descriptor = Open([.. Encoding.UTF8.GetBytes(folder), 0], ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"'{folder}' cannot be opened to flush it: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);
}
