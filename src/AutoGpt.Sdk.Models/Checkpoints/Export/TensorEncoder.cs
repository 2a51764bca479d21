using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>Writes tensors in another element type, a few million elements at a time on all processors. The bytes depend on the elements alone.</summary>
internal static class TensorEncoder
{
    private const int SlabElements = 1 << 22;
    private const int PartElements = 1 << 15;

    /// <summary>Writes a tensor.</summary>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="source">The tensor, in any type.</param>
    /// <param name="type">What it becomes; its rows are whole blocks. The source's own type: the bytes as they are.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CheckpointException">An element is infinite or no number, or too large for the type.</exception>
    public static void Write(Stream stream, in TensorView source, TensorType type, CancellationToken cancellationToken = default)
    {
        TensorReader.RequireFinite(source);
        int columns = source.Shape.Count == 0 ? 1 : source.Shape[^1];
        int rows = columns == 0 ? 0 : (int)(source.Count / columns);
        (int sourceBytes, int bytes) = ((int)source.Type.RowBytes(columns), checked((int)type.RowBytes(columns)));
        int slab = Math.Clamp(SlabElements / Math.Max(1, columns), 1, Math.Max(1, rows));
        byte[] encoded = source.Type == type ? [] : new byte[slab * bytes];
        for (int row = 0; row < rows; row += slab)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(slab, rows - row);
            ReadOnlyMemory<byte> stored = source.Data.Slice(row * sourceBytes, count * sourceBytes);
            if (source.Type == type)
            {
                stream.Write(stored.Span);
                continue;
            }

            Encode(source, stored, type, encoded.AsMemory(0, count * bytes), (long)row * columns);
            stream.Write(encoded, 0, count * bytes);
        }
    }

    // In parts that begin at whole blocks of either type, wherever rows end.
    private static void Encode(TensorView source, ReadOnlyMemory<byte> stored, TensorType type, Memory<byte> encoded, long first)
    {
        int elements = encoded.Length / type.BlockBytes() * type.BlockLength();
        int[] tooLarge = new int[(elements + PartElements - 1) / PartElements];
        Parallel.For(0, tooLarge.Length, () => new float[PartElements], (part, _, values) =>
        {
            (int start, int length) = (part * PartElements, Math.Min(PartElements, elements - (part * PartElements)));
            Span<float> numbers = values.AsSpan(0, length);
            Span<byte> blocks = encoded.Span[Bytes(type, start, length)];
            WeightBlocks.Decode(source.Type.Format(), stored.Span[Bytes(source.Type, start, length)], numbers);
            WeightBlocks.Encode(type.Format(), numbers, blocks);
            tooLarge[part] = type == TensorType.F32 ? -1 : TensorReader.IndexOfNonFiniteBlock(type, blocks);
            return values;
        }, _ => { });
        if (Array.FindIndex(tooLarge, block => block >= 0) is >= 0 and var part)
        {
            long element = first + ((long)part * PartElements) + ((long)tooLarge[part] * type.BlockLength());
            throw new CheckpointException($"tensor '{source.Name}'", $"what stands at element {element}{(type.IsQuantized() ? " and after it" : "")} is too large for {type}. Write BF16 or F32.");
        }
    }

    private static Range Bytes(TensorType type, int start, int length)
    {
        int first = start / type.BlockLength() * type.BlockBytes();
        return first..(first + (length / type.BlockLength() * type.BlockBytes()));
    }
}
