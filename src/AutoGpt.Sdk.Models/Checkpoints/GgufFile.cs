using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Tensors and metadata of a GGUF file of version 2 or 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), memory-mapped: opening reads the
/// header alone. Names are the file's own and quantised data the file's own blocks. Files may be larger than 2 GiB, single tensors may not. Thread-safe;
/// data it gave out is valid until <see cref="Dispose"/>.
/// </summary>
public sealed class GgufFile : ITensorSource
{
    private readonly string _file;
    private readonly MappedFile? _mapping;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly GgufHeader _header;

    private GgufFile(string file, MappedFile? mapping, ReadOnlyMemory<byte> bytes)
    {
        _file = file;
        _mapping = mapping;
        _bytes = bytes;
        long length = mapping?.Length ?? bytes.Length;
        _header = GgufHeader.Parse(file, Slice(0, (int)Math.Min(length, GgufCursor.MaximumBytes)).Span, length);
        Metadata = new GgufMetadata(file, _header.Metadata);
    }

    /// <inheritdoc />
    public IReadOnlyCollection<string> Names => _header.Names;

    /// <summary>The keys: the network's shape, the tokenizer, the chat template.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is absent, cannot be read, is damaged or no GGUF file.</exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MappedFile? mapping = null;
        try
        {
            mapping = MappedFile.Open(path);
            return new GgufFile(path, mapping, default);
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
    /// <exception cref="CheckpointException">The bytes are no GGUF file or a damaged one.</exception>
    public static GgufFile Open(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new GgufFile(name, null, bytes);
    }

    /// <inheritdoc />
    /// <exception cref="CheckpointException">The tensor is there, but its element type is not one of <see cref="TensorType"/> or it has 2 GiB or more.</exception>
    public bool TryGet(string name, out TensorView tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_header.Entries.TryGetValue(name, out GgufHeader.Entry entry))
        {
            tensor = default;
            return false;
        }

        if (entry.Type.Read is not TensorType type)
        {
            throw new CheckpointException(
                _file, $"tensor '{name}' has the element type {entry.Type.Name}; {string.Join(", ", Enum.GetNames<TensorType>())} are read. Quantise the model to one of these.");
        }

        if (entry.Length > int.MaxValue)
        {
            throw new CheckpointException(_file, $"tensor '{name}' has {entry.Length} bytes; a single tensor must stay below 2 GiB.");
        }

        tensor = new TensorView(name, type, Array.AsReadOnly(entry.Shape), Slice(_header.DataStart + entry.Begin, (int)entry.Length));
        return true;
    }

    /// <summary>Whether there is such a tensor, be its type read or not.</summary>
    internal bool Contains(string name) => _header.Entries.ContainsKey(name);

    /// <summary>The keys in the order of the file with the bytes of their values, the kind included: what copies them needs to understand none.</summary>
    internal IEnumerable<(string Key, ReadOnlyMemory<byte> Value)> Values => _header.Values.Select(value => (value.Key, Slice(value.Start, value.Length)));

    /// <summary>Closes the file; tensors it gave out must no longer be used.</summary>
    public void Dispose() => _mapping?.Dispose();

    private ReadOnlyMemory<byte> Slice(long offset, int length) => _mapping?.Slice(offset, length) ?? _bytes.Slice((int)offset, length);
}
