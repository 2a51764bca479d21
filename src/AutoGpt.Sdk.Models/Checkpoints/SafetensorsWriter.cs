using System.Buffers.Binary;
using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Writes safetensors files that every reader of the format takes.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>
    /// Writes a file. The data begin at a multiple of 8 bytes, 32-bit tensors before 16-bit ones so that all are aligned, otherwise in the order given.
    /// The file appears as a whole or not at all: it is written beside its place, flushed to the disk and renamed.
    /// </summary>
    /// <param name="path">The file, replaced if it is there. Its folder is created.</param>
    /// <param name="tensors">The tensors; names must differ.</param>
    /// <param name="metadata">Free-form strings for <c>__metadata__</c>. Default none.</param>
    /// <param name="cancellationToken">Cancels; no file is left.</param>
    /// <exception cref="ArgumentException">A name appears twice or is reserved, a tensor's type is one of GGML's quantised ones, or its data do not have the size its shape and type ask for.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<TensorView> tensors, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        TensorView[] ordered = [.. tensors.OrderByDescending(tensor => tensor.Type.BlockBytes())];
        Check(ordered);
        byte[] header = Header(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (TensorView tensor in ordered)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Write(tensor.Data.Span);
            }
        });
    }

    private static void Check(TensorView[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        foreach (TensorView tensor in tensors)
        {
            if (string.IsNullOrEmpty(tensor.Name) || !names.Add(tensor.Name))
            {
                throw new ArgumentException($"The tensor name '{tensor.Name}' is empty, reserved or given twice.", nameof(tensors));
            }

            if (tensor.Type.IsQuantized())
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' is of {tensor.Type}, which safetensors files do not have.", nameof(tensors));
            }

            if (!tensor.HasItsBytes())
            {
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' has {tensor.Data.Length} bytes, which {tensor.Type}[{string.Join(", ", tensor.Shape)}] does not have.", nameof(tensors));
            }
        }
    }

    private static byte[] Header(TensorView[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long offset = 0;
            foreach (TensorView tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype"u8, tensor.Type.ToString());
                WriteNumbers(json, "shape"u8, tensor.Shape.Select(size => (long)size));
                WriteNumbers(json, "data_offsets"u8, [offset, offset += tensor.Data.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject("__metadata__"u8);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
