using System.Text;

namespace AutoGpt.Sdk.Kernels;

/// <summary>PTX that the driver has translated for its device.</summary>
public sealed unsafe class CudaModule : IDisposable
{
    private const int LogBytes = 64 * 1024;

    private readonly nint _module;
    private bool _disposed;

    private CudaModule(nint module, string log)
    {
        _module = module;
        Log = log;
    }

    /// <summary>What the translation had to say: registers and spills of each kernel.</summary>
    public string Log { get; }

    /// <summary>Translates PTX.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="ptx">The text.</param>
    /// <exception cref="CudaException">The driver cannot translate it; the message holds its log.</exception>
    public static CudaModule Load(CudaDriver driver, ReadOnlySpan<byte> ptx)
    {
        ArgumentNullException.ThrowIfNull(driver);
        driver.Use();
        byte[] text = [.. ptx, 0];
        byte[] info = new byte[LogBytes];
        byte[] errors = new byte[LogBytes];
        fixed (byte* image = text, infoStart = info, errorStart = errors)
        {
            // CU_JIT_INFO_LOG_BUFFER and its size, CU_JIT_ERROR_LOG_BUFFER and its size, CU_JIT_LOG_VERBOSE.
            int* options = stackalloc int[] { 3, 4, 5, 6, 12 };
            void** values = stackalloc void*[] { infoStart, (void*)LogBytes, errorStart, (void*)LogBytes, (void*)1 };
            int result = CudaNative.cuModuleLoadDataEx(out nint module, image, 5, options, values);
            return result == 0
                ? new CudaModule(module, Text(info))
                : throw new CudaException($"translating the kernels: {CudaException.Describe(result)}.\n{Text(errors)}\n{Text(info)}", result);
        }

        static string Text(byte[] log) => Encoding.UTF8.GetString(log, 0, Math.Max(0, Array.IndexOf(log, (byte)0))).Trim();
    }

    /// <summary>A kernel by its name.</summary>
    /// <param name="name">As in the source.</param>
    /// <exception cref="CudaException">There is none.</exception>
    public CudaKernel Kernel(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            CudaException.ThrowIfFailed(CudaNative.cuModuleGetFunction(out nint function, _module, text), $"the kernel {name}");
            return new CudaKernel(name, function);
        }
    }

    /// <summary>Unloads it; its kernels must no longer be used.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _ = CudaNative.cuModuleUnload(_module);
        }
    }
}
