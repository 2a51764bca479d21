using System.Buffers;

namespace AutoGpt.Sdk.Models;

/// <summary>Bytes that are made when they are first looked at: a model is checked by its shapes without copying it.</summary>
/// <param name="length">How many they will be.</param>
/// <param name="make">Makes them.</param>
/// <param name="keep">Whether they are kept for the next look. Default true.</param>
internal sealed class LazyBytes(int length, Func<byte[]> make, bool keep = true) : MemoryManager<byte>
{
    private readonly Lazy<byte[]> _bytes = new(make);

    public override Memory<byte> Memory => CreateMemory(length);

    public override Span<byte> GetSpan() => Bytes();

    public override MemoryHandle Pin(int elementIndex = 0) => Bytes().AsMemory(elementIndex).Pin();

    public override void Unpin()
    {
        // The handles that Pin gives out unpin the array themselves.
    }

    protected override void Dispose(bool disposing)
    {
    }

    private byte[] Bytes() => keep ? _bytes.Value : make();
}
