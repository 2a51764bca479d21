namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// Memory for many matrices that live and die together, in one piece: only a large piece comes in huge pages, and small matrices of their own would wait for
/// page tables at every step. Not thread-safe.
/// </summary>
/// <param name="bytes">Room for all of them; <see cref="PackedMatrix.BytesOf"/> each.</param>
public sealed unsafe class WeightMemory(long bytes) : IDisposable
{
    private readonly AlignedMemory _memory = new(bytes, isCleared: false);
    private long _used;

    /// <summary>Frees all matrices; none may be in use.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>Memory at a multiple of 64 bytes, with whatever it holds.</summary>
    internal byte* Rent(long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _memory.Bytes - _used);
        byte* start = _memory.Pointer + _used;
        _used += size;
        return start;
    }
}
