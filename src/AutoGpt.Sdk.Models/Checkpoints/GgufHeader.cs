namespace AutoGpt.Sdk.Models;

/// <summary>
/// The header of a GGUF file of version 2 or 3, little-endian, checked in full before anything is read by it: names differ, every tensor is whole
/// blocks, aligned, inside the file and apart from the others.
/// </summary>
internal sealed class GgufHeader
{
    private const int DefaultAlignment = 32;
    private const int MaximumAlignment = 1 << 20;
    private const int MaximumKeys = 1 << 16;
    private const int MaximumTensors = 200_000;
    private const int MaximumRank = 4;
    private const int SmallestKey = 8 + 4 + 1;
    private const int SmallestTensor = 8 + 4 + 4 + 8;

    public List<string> Names { get; } = [];

    public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, object> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys in the order of the file, and where their values lie, each with its kind.</summary>
    public List<(string Key, int Start, int Length)> Values { get; } = [];

    /// <summary>The byte at which tensors begin.</summary>
    public long DataStart { get; private set; }

    /// <param name="file">What errors name.</param>
    /// <param name="bytes">The file, or as much of it as a header may have.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    public static GgufHeader Parse(string file, ReadOnlySpan<byte> bytes, long fileLength)
    {
        var cursor = new GgufCursor(file, bytes);
        RequireVersion(file, ref cursor);
        int tensors = cursor.Count(SmallestTensor, MaximumTensors, "tensors");
        int keys = cursor.Count(SmallestKey, MaximumKeys, "keys");
        var header = new GgufHeader();
        for (int i = 0; i < keys; i++)
        {
            string key = cursor.Name("key");
            int start = cursor.Position;
            if (!header.Metadata.TryAdd(key, cursor.Value(key)))
            {
                throw cursor.Broken($"the key '{key}' is there twice");
            }

            header.Values.Add((key, start, cursor.Position - start));
        }

        for (int i = 0; i < tensors; i++)
        {
            header.ReadEntry(ref cursor);
        }

        header.Place(ref cursor, fileLength);
        return header;
    }

    private static void RequireVersion(string file, ref GgufCursor cursor)
    {
        if (!cursor.Take(4).SequenceEqual("GGUF"u8))
        {
            throw new CheckpointException(file, "it does not begin with 'GGUF' and is no GGUF file.");
        }

        uint version = cursor.UInt32();
        if (version is not (2 or 3))
        {
            string problem = version != 0 && (version & 0xFFFF) == 0
                ? "it is big-endian; little-endian files are read"
                : $"it is of GGUF version {version}; versions 2 and 3 are read";
            throw new CheckpointException(file, $"{problem}. Convert the model again with a present llama.cpp.");
        }
    }

    private void ReadEntry(ref GgufCursor cursor)
    {
        string name = cursor.Name("tensor name");
        uint rank = cursor.UInt32();
        if (rank > MaximumRank)
        {
            throw cursor.Broken($"tensor '{name}' has {rank} dimensions, more than {MaximumRank}");
        }

        // The file has the innermost first.
        int[] shape = new int[rank];
        Int128 elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong size = cursor.UInt64();
            shape[i] = size <= int.MaxValue ? (int)size : throw cursor.Broken($"tensor '{name}' has a dimension of {size}");
            elements *= shape[i];
        }

        GgmlType type = GgmlType.Find(cursor.UInt32());
        if ((rank == 0 ? 1 : shape[^1]) % type.BlockLength != 0)
        {
            throw cursor.Broken($"tensor '{name}' [{string.Join(", ", shape)}] is of {type.Name}, whose rows are whole blocks of {type.BlockLength}");
        }

        ulong begin = cursor.UInt64();
        Int128 length = elements / type.BlockLength * type.BlockBytes;
        if (begin > long.MaxValue || length > long.MaxValue)
        {
            throw cursor.Broken($"tensor '{name}' [{string.Join(", ", shape)}] is said to lie at byte {begin} and to have {length} bytes");
        }

        if (!Entries.TryAdd(name, new Entry(type, shape, (long)begin, (long)length)))
        {
            throw cursor.Broken($"tensor '{name}' is there twice");
        }

        Names.Add(name);
    }

    private void Place(ref GgufCursor cursor, long fileLength)
    {
        long alignment = Metadata.TryGetValue("general.alignment", out object? stated) ? stated as long? ?? 0 : DefaultAlignment;
        if (alignment is < 1 or > MaximumAlignment || !long.IsPow2(alignment))
        {
            throw cursor.Broken($"general.alignment is {stated}; it must be a power of two up to {MaximumAlignment}");
        }

        DataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        long dataLength = Math.Max(0, fileLength - DataStart);
        long free = 0;
        foreach ((string name, Entry entry) in Entries.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.Length))
        {
            if (entry.Begin % alignment != 0 || entry.Begin < free || entry.Begin > dataLength || entry.Length > dataLength - entry.Begin)
            {
                throw cursor.Broken(
                    $"tensor '{name}' is said to have {entry.Length} bytes at byte {entry.Begin} of {dataLength}, where {free} is the first free one and {alignment} the alignment: "
                    + (entry.Begin % alignment != 0 ? "it is not aligned" : entry.Begin < free ? "tensors overlap" : "the file is cut off"));
            }

            free = entry.Begin + entry.Length;
        }
    }

    /// <summary>Where a tensor lies, relative to <see cref="DataStart"/>. The shape is outermost first.</summary>
    internal readonly record struct Entry(GgmlType Type, int[] Shape, long Begin, long Length);
}
