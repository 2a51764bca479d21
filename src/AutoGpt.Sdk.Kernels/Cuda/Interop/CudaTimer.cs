namespace AutoGpt.Sdk.Kernels;

/// <summary>Two events on a device's stream: the time between them is the device's own.</summary>
public sealed class CudaTimer : IDisposable
{
    private readonly CudaDriver _driver;
    private readonly nint _start;
    private readonly nint _end;

    /// <summary>Creates the events.</summary>
    /// <param name="driver">The device.</param>
    public CudaTimer(CudaDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _driver = driver;
        CudaException.ThrowIfFailed(CudaNative.cuEventCreate(out _start, 0), "an event");
        CudaException.ThrowIfFailed(CudaNative.cuEventCreate(out _end, 0), "an event");
    }

    /// <summary>Marks the start.</summary>
    public void Start() => CudaException.ThrowIfFailed(CudaNative.cuEventRecord(_start, _driver.Stream), "an event");

    /// <summary>Marks the end, waits for it and gives the milliseconds between.</summary>
    public double Stop()
    {
        CudaException.ThrowIfFailed(CudaNative.cuEventRecord(_end, _driver.Stream), "an event");
        CudaException.ThrowIfFailed(CudaNative.cuEventSynchronize(_end), "waiting for an event");
        CudaException.ThrowIfFailed(CudaNative.cuEventElapsedTime(out float milliseconds, _start, _end), "the time between events");
        return milliseconds;
    }

    /// <summary>Destroys the events.</summary>
    public void Dispose()
    {
        _ = CudaNative.cuEventDestroy_v2(_start);
        _ = CudaNative.cuEventDestroy_v2(_end);
    }
}
