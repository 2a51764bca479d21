using System.Buffers.Binary;
using System.Collections.ObjectModel;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Tensors of a safetensors file (https://github.com/huggingface/safetensors), memory-mapped: opening reads the header alone. Files may be larger than
/// 2 GiB, single tensors may not. Thread-safe; data it gave out is valid until <see cref="Dispose"/>.
/// </summary>
public sealed class SafetensorsFile : ITensorSource
{
    private const int LengthField = 8;

    private readonly string _file;
    private readonly MappedFile? _mapping;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _dataStart;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(string file, MappedFile? mapping, ReadOnlyMemory<byte> bytes)
    {
        _file = file;
        _mapping = mapping;
        _bytes = bytes;
        long length = mapping?.Length ?? bytes.Length;
        if (length < LengthField)
        {
            throw new CheckpointException(file, $"it has {length} bytes and is no safetensors file: those begin with a header of at least 8 bytes.");
        }

        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(Slice(0, LengthField).Span);
        if (header > SafetensorsHeader.MaximumBytes || header > (ulong)(length - LengthField))
        {
            throw new CheckpointException(
                file,
                $"its header is said to have {header} bytes, of which the file has {length - LengthField} and {SafetensorsHeader.MaximumBytes} are allowed. It is cut off, or no safetensors file.");
        }

        _dataStart = LengthField + (long)header;
        _header = SafetensorsHeader.Parse(file, Slice(LengthField, (int)header), length - _dataStart);
        Metadata = new ReadOnlyDictionary<string, string>(_header.Metadata);
    }

    /// <inheritdoc />
    public IReadOnlyCollection<string> Names => _header.Names;

    /// <summary>The free-form <c>__metadata__</c> of the file; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is absent, cannot be read or is damaged.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MappedFile? mapping = null;
        try
        {
            mapping = MappedFile.Open(path);
            return new SafetensorsFile(path, mapping, default);
        }
        catch (Exception exception)
        {
            mapping?.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException(path, $"it cannot be read: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Reads a file that is already in memory, such as an embedded resource. Nothing is copied.</summary>
    /// <param name="bytes">The whole file; it must not change.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="CheckpointException">The bytes are no safetensors file or a damaged one.</exception>
    public static SafetensorsFile Open(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SafetensorsFile(name, null, bytes);
    }

    /// <inheritdoc />
    /// <exception cref="CheckpointException">The tensor is there, but its element type is not one of <see cref="TensorType"/> or it has 2 GiB or more.</exception>
    public bool TryGet(string name, out TensorView tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_header.Entries.TryGetValue(name, out SafetensorsHeader.Entry entry))
        {
            tensor = default;
            return false;
        }

        TensorType type = entry.Type switch
        {
            "F32" => TensorType.F32,
            "F16" => TensorType.F16,
            "BF16" => TensorType.BF16,
            _ => throw new CheckpointException(_file, $"tensor '{name}' has the element type {entry.Type}; F32, F16 and BF16 are read. Convert the checkpoint to one of these."),
        };
        if (entry.Length > int.MaxValue)
        {
            throw new CheckpointException(_file, $"tensor '{name}' has {entry.Length} bytes; a single tensor must stay below 2 GiB.");
        }

        tensor = new TensorView(name, type, Array.AsReadOnly(entry.Shape), Slice(_dataStart + entry.Begin, (int)entry.Length));
        return true;
    }

    /// <summary>Closes the file; tensors it gave out must no longer be used.</summary>
    public void Dispose() => _mapping?.Dispose();

    private ReadOnlyMemory<byte> Slice(long offset, int length) => _mapping?.Slice(offset, length) ?? _bytes.Slice((int)offset, length);
}
