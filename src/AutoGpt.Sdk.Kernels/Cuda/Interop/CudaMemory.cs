using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Memory of a device. Copies are queued on the device's stream; a copy to the host waits for it.</summary>
public sealed unsafe class CudaMemory : IDisposable
{
    private readonly CudaDriver _driver;
    private nint _address;

    /// <summary>Allocates; the content is undefined.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="bytes">At least 1.</param>
    /// <exception cref="CudaException">The memory does not suffice.</exception>
    public CudaMemory(CudaDriver driver, long bytes)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        _driver = driver;
        Bytes = bytes;
        CudaException.ThrowIfFailed(CudaNative.cuMemAlloc_v2(out _address, (nuint)bytes), $"allocating {bytes:N0} bytes");
    }

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Where it starts, for launch records.</summary>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return _address;
        }
    }

    /// <summary>Memory holding a copy of values.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="values">At least one.</param>
    public static CudaMemory Of<T>(CudaDriver driver, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        CudaMemory memory = new(driver, values.Length * Unsafe.SizeOf<T>());
        memory.Write(values);
        return memory;
    }

    /// <summary>Copies values into it and waits until they are there.</summary>
    /// <param name="values">The values.</param>
    /// <param name="offset">First byte.</param>
    public void Write<T>(ReadOnlySpan<T> values, long offset = 0)
        where T : unmanaged
    {
        nint target = Place(offset, (long)values.Length * Unsafe.SizeOf<T>());
        fixed (T* source = values)
        {
            CudaException.ThrowIfFailed(CudaNative.cuMemcpyHtoDAsync_v2(target, source, (nuint)values.Length * (nuint)sizeof(T), _driver.Stream), "copying to the device");
            _driver.Synchronize();
        }
    }

    /// <summary>Copies values out of it, after everything launched before.</summary>
    /// <param name="values">Receives them.</param>
    /// <param name="offset">First byte.</param>
    public void Read<T>(Span<T> values, long offset = 0)
        where T : unmanaged
    {
        nint source = Place(offset, (long)values.Length * Unsafe.SizeOf<T>());
        fixed (T* target = values)
        {
            CudaException.ThrowIfFailed(CudaNative.cuMemcpyDtoHAsync_v2(target, source, (nuint)values.Length * (nuint)sizeof(T), _driver.Stream), "copying from the device");
            _driver.Synchronize();
        }
    }

    /// <summary>Sets every byte.</summary>
    /// <param name="value">The byte.</param>
    public void Fill(byte value) =>
        CudaException.ThrowIfFailed(CudaNative.cuMemsetD8Async(Address, value, (nuint)Bytes, _driver.Stream), "filling memory");

    /// <summary>Copies all of another memory of the same size into it, on the device.</summary>
    /// <param name="source">The other.</param>
    public void CopyFrom(CudaMemory source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Bytes, Bytes, nameof(source));
        CudaException.ThrowIfFailed(CudaNative.cuMemcpyDtoDAsync_v2(Address, source.Address, (nuint)Bytes, _driver.Stream), "copying on the device");
    }

    /// <summary>Frees it.</summary>
    public void Dispose()
    {
        if (_address != 0)
        {
            _ = CudaNative.cuMemFree_v2(_address);
            _address = 0;
        }
    }

    private nint Place(long offset, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Bytes - offset);
        return Address + (nint)offset;
    }
}
