using System.Buffers.Binary;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Finds libraries that were cut off. The system maps such a file without complaint and ends the process (SIGBUS) when it first touches what is missing,
/// so this is checked before a file is loaded.
/// </summary>
internal static class ElfCompleteness
{
    private const int ProgramHeaderSize = 56;

    /// <summary>How the file falls short of what its program headers promise, or null. What is no 64-bit little-endian ELF file is left to the system's loader.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string? Fault(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] header = new byte[ElfImage.HeaderSize];
        int read = stream.ReadAtLeast(header, ElfImage.HeaderSize, throwOnEndOfStream: false);
        if (!header.AsSpan(0, read).StartsWith(ElfImage.Magic))
        {
            return null;
        }

        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(0x20));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x38));
        byte[] programs = new byte[count * ProgramHeaderSize];
        ulong length = (ulong)stream.Length;
        if (read < ElfImage.HeaderSize || table > length || length - table < (ulong)programs.Length)
        {
            return Short(file, length);
        }

        stream.Position = (long)table;
        stream.ReadExactly(programs);
        for (int i = 0; i < programs.Length; i += ProgramHeaderSize)
        {
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(programs.AsSpan(i + 8));
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(programs.AsSpan(i + 32));
            if (offset > length || length - offset < size)
            {
                return Short(file, length);
            }
        }

        return null;
    }

    private static string Short(string file, ulong length) => $"{file} is cut off: it has {length} bytes, fewer than its own headers say.";
}
