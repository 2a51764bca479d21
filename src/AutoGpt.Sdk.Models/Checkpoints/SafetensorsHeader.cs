using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The JSON header of a safetensors file, checked in full before anything is read by it: every tensor lies inside the file, has the size its
/// shape and type ask for, and the tensors cover the data without holes or overlaps.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>As in the reference implementation.</summary>
    public const int MaximumBytes = 100_000_000;

    private const int MaximumEntries = 200_000;
    private const int MaximumRank = 16;

    private static readonly Dictionary<string, int> s_bits = new(StringComparer.Ordinal)
    {
        ["F64"] = 64, ["F32"] = 32, ["F16"] = 16, ["BF16"] = 16, ["F8_E4M3"] = 8, ["F8_E5M2"] = 8, ["F8_E8M0"] = 8, ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6, ["F4"] = 4, ["I64"] = 64, ["I32"] = 32, ["I16"] = 16, ["I8"] = 8, ["U64"] = 64, ["U32"] = 32, ["U16"] = 16,
        ["U8"] = 8, ["BOOL"] = 8, ["C64"] = 64,
    };

    private readonly string _file;
    private readonly long _dataLength;

    private SafetensorsHeader(string file, long dataLength)
    {
        _file = file;
        _dataLength = dataLength;
    }

    public List<string> Names { get; } = [];

    public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <param name="file">What errors name.</param>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes after the header.</param>
    public static SafetensorsHeader Parse(string file, ReadOnlyMemory<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(file, dataLength);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, StrictJson.Options);
            header.ReadEntries(document.RootElement);
        }
        catch (Exception exception) when (StrictJson.IsMalformed(exception))
        {
            throw new CheckpointException(file, $"its header is not valid JSON ({exception.Message}). The file is damaged: download or save it again.", exception);
        }

        header.CheckCoverage();
        return header;
    }

    private void ReadEntries(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Broken("its header is not a JSON object");
        }

        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"u8))
            {
                ReadMetadata(property.Value);
                continue;
            }

            if (Names.Count == MaximumEntries)
            {
                throw Broken($"it names more than {MaximumEntries} tensors");
            }

            string name = property.Name;
            if (!Entries.TryAdd(name, ReadEntry(name, property.Value)))
            {
                throw Broken($"tensor '{name}' is named twice");
            }

            Names.Add(name);
        }
    }

    private void ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw Broken("__metadata__ is not an object");
        }

        foreach (JsonProperty property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String || !Metadata.TryAdd(property.Name, property.Value.GetString()!))
            {
                throw Broken($"__metadata__ entry '{property.Name}' is not one string");
            }
        }
    }

    private Entry ReadEntry(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 3
            || !value.TryGetProperty("dtype"u8, out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape"u8, out JsonElement shape) || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets"u8, out JsonElement offsets) || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2)
        {
            throw Broken($"tensor '{name}' must have a dtype, a shape and two data_offsets, and nothing else");
        }

        long begin = ReadSize(name, offsets[0]);
        long end = ReadSize(name, offsets[1]);
        if (begin > end || end > _dataLength)
        {
            throw Broken($"tensor '{name}' is said to lie at bytes {begin} to {end} of {_dataLength}");
        }

        var entry = new Entry(type.GetString()!, ReadShape(name, shape), begin, end - begin);
        if (s_bits.TryGetValue(entry.Type, out int bits) && SizeInBits(name, entry.Shape, bits) != (Int128)entry.Length * 8)
        {
            throw Broken($"tensor '{name}' has {entry.Length} bytes, which {entry.Type}[{string.Join(", ", entry.Shape)}] does not have");
        }

        return entry;
    }

    private int[] ReadShape(string name, JsonElement shape)
    {
        if (shape.GetArrayLength() > MaximumRank)
        {
            throw Broken($"tensor '{name}' has more than {MaximumRank} dimensions");
        }

        return [.. shape.EnumerateArray().Select(size =>
        {
            long value = ReadSize(name, size);
            return value <= int.MaxValue ? (int)value : throw Broken($"tensor '{name}' has a dimension of {value}");
        })];
    }

    private Int128 SizeInBits(string name, int[] shape, int bits)
    {
        Int128 size = bits;
        foreach (int dimension in shape)
        {
            size *= dimension;
            if (size > long.MaxValue)
            {
                throw Broken($"tensor '{name}' has an impossible shape [{string.Join(", ", shape)}]");
            }
        }

        return size;
    }

    private long ReadSize(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long size) && size >= 0
            ? size
            : throw Broken($"tensor '{name}' has the size or offset {value.GetRawText()}, which is no whole number of at least 0");

    private void CheckCoverage()
    {
        long covered = 0;
        foreach ((string name, Entry entry) in Entries.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.Length))
        {
            if (entry.Begin != covered)
            {
                throw Broken($"tensor '{name}' begins at byte {entry.Begin} where {covered} was due: the tensors {(entry.Begin < covered ? "overlap" : "leave a hole")}");
            }

            covered += entry.Length;
        }

        if (covered != _dataLength)
        {
            throw Broken($"its tensors end at byte {covered} of {_dataLength} bytes of data");
        }
    }

    private CheckpointException Broken(string problem) => new(_file, problem + ". The file is damaged: download or save it again.");

    /// <summary>Where a tensor lies, relative to the end of the header.</summary>
    internal readonly record struct Entry(string Type, int[] Shape, long Begin, long Length);
}
