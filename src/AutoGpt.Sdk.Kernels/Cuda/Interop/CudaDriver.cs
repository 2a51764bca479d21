using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// One CUDA device through the driver that its user has installed; nothing else is needed. It works on the device's primary context, which other
/// libraries of the process share, and on a stream of its own. Calls from several threads must not overlap.
/// </summary>
public sealed unsafe class CudaDriver : ICudaLauncher, IDisposable
{
    /// <summary>The lowest compute capability the kernels are built for, as 10 · major + minor.</summary>
    public const int LowestComputeCapability = 80;

    private const uint NonBlocking = 1;
    private const int ProgrammaticStreamSerialization = 6;

    private readonly int _device;
    private readonly nint _context;
    private readonly nint _stream;
    private bool _disposed;

    private CudaDriver(int device, nint context, nint stream, CudaDeviceFacts facts)
    {
        _device = device;
        _context = context;
        _stream = stream;
        Facts = facts;
    }

    /// <summary>What the device says of itself.</summary>
    public CudaDeviceFacts Facts { get; }

    /// <summary>Lets a kernel launched directly start while the one before it ends (compute capability 9.0 and above). Default false.</summary>
    public bool OverlapsLaunches { get; set; }

    internal nint Stream => _stream;

    internal nint Context => _context;

    /// <summary>Opens a device, or says why it cannot be used.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="diagnosis">What was tried, why it failed and what would help.</param>
    /// <param name="ordinal">Which device, from 0.</param>
    public static bool TryOpen([NotNullWhen(true)] out CudaDriver? driver, [NotNullWhen(false)] out CudaDiagnosis? diagnosis, int ordinal = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        CudaProbe probe = new();
        driver = probe.Open(ordinal);
        diagnosis = driver is null ? probe.Diagnosis : null;
        return driver is not null;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="ordinal">Which device, from 0.</param>
    /// <exception cref="CudaException">It cannot be used; the message is the diagnosis.</exception>
    public static CudaDriver Open(int ordinal = 0) =>
        TryOpen(out CudaDriver? driver, out CudaDiagnosis? diagnosis, ordinal) ? driver : throw new CudaException(diagnosis.ToString(), 0);

    internal static CudaDriver Create(int device, int version)
    {
        CudaException.ThrowIfFailed(CudaNative.cuDevicePrimaryCtxRetain(out nint context, device), "the device's primary context");
        CudaException.ThrowIfFailed(CudaNative.cuCtxSetCurrent(context), "making the context current");
        CudaException.ThrowIfFailed(CudaNative.cuStreamCreate(out nint stream, NonBlocking), "a stream");
        CudaException.ThrowIfFailed(CudaNative.cuMemGetInfo_v2(out nuint free, out nuint total), "the free memory");
        CudaDeviceFacts facts = new(
            Name(device), version, ComputeCapability(device), Attribute(16), (long)total, (long)free, Attribute(38), Attribute(13), Attribute(36), Attribute(37));
        return new CudaDriver(device, context, stream, facts);

        int Attribute(int attribute) => CudaNative.cuDeviceGetAttribute(out int value, attribute, device) == 0 ? value : 0;
    }

    internal static string Name(int device)
    {
        byte* name = stackalloc byte[128];
        return CudaNative.cuDeviceGetName(name, 128, device) == 0 ? Marshal.PtrToStringUTF8((nint)name)! : "a device without a name";
    }

    internal static int ComputeCapability(int device)
    {
        CudaException.ThrowIfFailed(CudaNative.cuDeviceGetAttribute(out int major, 75, device), "the compute capability");
        CudaException.ThrowIfFailed(CudaNative.cuDeviceGetAttribute(out int minor, 76, device), "the compute capability");
        return (10 * major) + minor;
    }

    /// <summary>Makes the device's context the calling thread's, as every call needs.</summary>
    public void Use()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CudaException.ThrowIfFailed(CudaNative.cuCtxSetCurrent(_context), "making the context current");
    }

    /// <summary>Waits until everything launched has ended.</summary>
    /// <exception cref="CudaException">A kernel failed.</exception>
    public void Synchronize() => CudaException.ThrowIfFailed(CudaNative.cuStreamSynchronize(_stream), "waiting for the stream");

    /// <summary>Memory free now, in bytes.</summary>
    public long FreeBytes()
    {
        Use();
        CudaException.ThrowIfFailed(CudaNative.cuMemGetInfo_v2(out nuint free, out _), "the free memory");
        return (long)free;
    }

    /// <inheritdoc/>
    public void Launch<T>(CudaKernel kernel, CudaGrid grid, in T arguments)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(kernel);
        fixed (T* pointer = &arguments)
        {
            void* parameter = pointer;
            int result;
            if (OverlapsLaunches)
            {
                CudaNative.LaunchAttribute attribute = new() { Id = ProgrammaticStreamSerialization, Value = 1 };
                CudaNative.LaunchConfiguration configuration = new()
                {
                    GridX = (uint)grid.X, GridY = (uint)grid.Y, GridZ = 1, BlockX = (uint)grid.Threads, BlockY = 1, BlockZ = 1, Stream = _stream, Attributes = &attribute, Count = 1,
                };
                result = CudaNative.cuLaunchKernelEx(&configuration, kernel.Function, &parameter, null);
            }
            else
            {
                result = CudaNative.cuLaunchKernel(
                    kernel.Function, (uint)grid.X, (uint)grid.Y, 1, (uint)grid.Threads, 1, 1, 0, _stream, &parameter, null);
            }

            if (result != 0)
            {
                throw new CudaException($"launching {kernel.Name} with {grid}: {CudaException.Describe(result)}.", result);
            }
        }
    }

    /// <summary>Closes the stream and lets the context go. What was allocated on it must have been disposed.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _ = CudaNative.cuStreamDestroy_v2(_stream);
            _ = CudaNative.cuDevicePrimaryCtxRelease_v2(_device);
        }
    }
}
