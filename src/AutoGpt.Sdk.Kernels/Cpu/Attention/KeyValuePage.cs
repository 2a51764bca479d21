namespace AutoGpt.Sdk.Kernels;

/// <summary>32 positions of all layers, shared by those who count as its references. Who is alone may write.</summary>
internal sealed unsafe class KeyValuePage(long bytes) : IDisposable
{
    private readonly AlignedMemory _memory = new(bytes);

    public int References { get; set; }

    public byte* Pointer => _memory.Pointer;

    public void CopyFrom(KeyValuePage other) => Buffer.MemoryCopy(other.Pointer, Pointer, _memory.Bytes, _memory.Bytes);

    public void Dispose() => _memory.Dispose();
}
