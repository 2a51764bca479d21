using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// The one place where libtorch is loaded. Everything in this library calls <see cref="EnsureLoaded"/> before its first use of TorchSharp; so should
/// an application that uses TorchSharp itself. Thread-safe.
/// </summary>
/// <remarks>
/// TorchSharp 0.107's native library asks for the symbol version GLIBCXX_3.4.32, which the C++ runtimes of Debian 12, Ubuntu 22.04 and RHEL 9 lack,
/// although it needs nothing of it but a link-time marker. Where the plain load fails for this reason alone, a copy of the file in which that
/// request is optional is written to the user's cache folder and loaded instead. No package file is changed.
/// </remarks>
public static class LibTorch
{
    private static readonly Lock Gate = new();
    private static volatile LibTorchDiagnosis? s_loaded;

    /// <summary>Loads libtorch. Does nothing when it is loaded already.</summary>
    /// <param name="options">Where to search and to cache; heeded by the call that loads. Default: the application's folder and the user's cache folder.</param>
    /// <exception cref="LibTorchException">It cannot be loaded; the message says what was tried, why it failed and what to install.</exception>
    public static void EnsureLoaded(LibTorchOptions? options = null)
    {
        if (s_loaded is not null)
        {
            return;
        }

        LibTorchDiagnosis diagnosis = Diagnose(options);
        if (diagnosis.State == LibTorchState.NotAvailable)
        {
            throw new LibTorchException(diagnosis);
        }
    }

    /// <summary>Loads libtorch where that is possible and says how it went; it does not throw for a libtorch that does not load.</summary>
    /// <param name="options">As for <see cref="EnsureLoaded"/>.</param>
    public static LibTorchDiagnosis Diagnose(LibTorchOptions? options = null)
    {
        lock (Gate)
        {
            if (s_loaded is LibTorchDiagnosis loaded)
            {
                return loaded;
            }

            LibTorchDiagnosis diagnosis = Initialize(options ?? new LibTorchOptions());
            if (diagnosis.State != LibTorchState.NotAvailable)
            {
                s_loaded = diagnosis;
            }

            return diagnosis;
        }
    }

    private static LibTorchDiagnosis Initialize(LibTorchOptions options)
    {
        // On Windows and macOS the fault does not exist, and TorchSharp's own search is the one its packages are made for.
        LibTorchDiagnosis diagnosis = OperatingSystem.IsLinux()
            ? new LibTorchLoader(options, [.. NativeFolders.Find(options)]).Load()
            : new LibTorchDiagnosis(LibTorchState.Loaded, ["Left the search to TorchSharp."]);
        if (diagnosis.State == LibTorchState.NotAvailable)
        {
            return diagnosis;
        }

        if (OperatingSystem.IsLinux())
        {
            // glibc finds a loaded library by its SONAME and TorchSharp's imports bind to it; should that fail, the runtime asks here.
            AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll +=
                (_, name) => name.Contains("LibTorchSharp", StringComparison.Ordinal) ? Reopen(diagnosis) : 0;
        }

        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return diagnosis;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // TorchSharp tries once per process: where it was used before this call and failed, it stays failed.
            bool used = exception is TypeInitializationException;
            Exception cause = exception.InnerException ?? exception;
            return LibTorchLoader.NotAvailable(
                [.. diagnosis.Attempts, "Tried to initialise TorchSharp's CPU device: it failed."],
                cause.Message.Trim(),
                used ? "call LibTorch.EnsureLoaded() before the first use of TorchSharp; if it is the first, " + LibTorchLoader.InstallPackage : LibTorchLoader.InstallPackage);
        }
    }

    private static nint Reopen(LibTorchDiagnosis diagnosis) =>
        diagnosis.NativeLibrary is string file && NativeLibrary.TryLoad(file, out nint handle) ? handle : 0;
}
