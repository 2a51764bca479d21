namespace AutoGpt.Sdk.Models;

/// <summary>
/// Writes version 3 of GGUF (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): keys, a directory of tensors, their data one after the other at multiples of 32 bytes.
/// </summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    /// <summary>Writes a file as a whole or not at all.</summary>
    /// <param name="path">The file, replaced if it is there. Its folder is created.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="tensors">The tensors; names differ.</param>
    /// <returns>Bytes of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Write(string path, GgufKeyWriter keys, IReadOnlyList<GgufEntry> tensors)
    {
        long length = 0;
        byte[] padding = new byte[Alignment];
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(keys, tensors));
            foreach (GgufEntry tensor in tensors)
            {
                long start = stream.Position;
                tensor.Write(stream);
                if (stream.Position - start != tensor.Bytes)
                {
                    throw new InvalidOperationException($"'{tensor.Name}' has {tensor.Bytes} bytes, of which {stream.Position - start} were written.");
                }

                stream.Write(padding.AsSpan(0, (int)(Padded(stream.Position) - stream.Position)));
            }

            length = stream.Position;
        });
        return length;
    }

    private static byte[] Header(GgufKeyWriter keys, IReadOnlyList<GgufEntry> tensors)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)tensors.Count);
        writer.Write((long)keys.Count);
        writer.Write(keys.Bytes);
        long offset = 0;
        foreach (GgufEntry tensor in tensors)
        {
            byte[] name = System.Text.Encoding.UTF8.GetBytes(tensor.Name);
            writer.Write((long)name.Length);
            writer.Write(name);
            writer.Write(tensor.Shape.Count);
            foreach (int size in tensor.Shape.Reverse())
            {
                writer.Write((long)size);
            }

            writer.Write(GgmlType.NumberOf(tensor.Type));
            writer.Write(offset);
            offset += Padded(tensor.Bytes);
        }

        writer.Write(new byte[Padded(buffer.Position) - buffer.Position]);
        return buffer.ToArray();
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
