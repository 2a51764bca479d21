using System.Buffers.Binary;
using System.Text;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Reads and writes fields of a 64-bit little-endian ELF file in memory. Every access is checked against the file's bounds.</summary>
internal sealed class ElfImage
{
    /// <summary>Bytes of the header at the start of the file.</summary>
    public const int HeaderSize = 64;

    private const int SectionHeaderSize = 64;

    private readonly byte[] _bytes;
    private readonly List<ElfSection> _sections = [];

    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || !bytes.AsSpan().StartsWith(Magic))
        {
            throw new InvalidDataException("it is no 64-bit little-endian ELF file.");
        }

        if (UInt16(0x3a) != SectionHeaderSize)
        {
            throw new InvalidDataException("its section headers have an unknown size.");
        }

        long table = Offset(0x28);
        for (int i = 0; i < UInt16(0x3c); i++)
        {
            long header = table + ((long)i * SectionHeaderSize);
            _sections.Add(new ElfSection(UInt32(header + 4), Offset(header + 24), Offset(header + 32), new Link(UInt32(header + 40)), UInt32(header + 44)));
        }
    }

    /// <summary>How a 64-bit little-endian ELF file begins.</summary>
    public static ReadOnlySpan<byte> Magic => [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    /// <summary>The first section of a type.</summary>
    public ElfSection Section(uint type) =>
        _sections.Find(section => section.Type == type) ?? throw new InvalidDataException($"it has no section of type 0x{type:x}.");

    /// <summary>The section with an index.</summary>
    public ElfSection Section(Link link) =>
        link.Index < _sections.Count ? _sections[(int)link.Index] : throw new InvalidDataException($"it has no section {link.Index}.");

    public byte Byte(long offset) => Slice(offset, 1)[0];

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    public void Set(long offset, byte value) => Slice(offset, 1)[0] = value;

    public void Set(long offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Slice(offset, 2), value);

    /// <summary>A zero-terminated string of a string table.</summary>
    public string Text(ElfSection table, uint start)
    {
        if (start >= table.Size)
        {
            throw new InvalidDataException($"a name begins at {start}, outside its table of {table.Size} bytes.");
        }

        Span<byte> rest = Slice(table.Offset + start, table.Size - start);
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.ASCII.GetString(rest[..end]) : throw new InvalidDataException("a name has no end.");
    }

    private long Offset(long field)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(Slice(field, 8));
        return value <= (ulong)_bytes.Length ? (long)value : long.MaxValue / 4;
    }

    private Span<byte> Slice(long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= _bytes.Length - length
            ? _bytes.AsSpan((int)offset, (int)length)
            : throw new InvalidDataException($"it is cut off or damaged: {length} bytes at {offset} lie outside its {_bytes.Length} bytes.");
}

/// <summary>An entry of the section table.</summary>
internal sealed record ElfSection(uint Type, long Offset, long Size, Link Link, uint Info);

/// <summary>The index of another section.</summary>
internal readonly record struct Link(uint Index);
