using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AutoGpt.Sdk.Training;

/// <summary>Files and lines that must be UTF-8: half-read text with question marks in it would be learnt as it stands.</summary>
internal static class Utf8Input
{
    private const int BlockSize = 1 << 16;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a text file after looking through the whole of it, so that its fault is told before anything was read.</summary>
    /// <exception cref="DatasetException">It is empty or no UTF-8.</exception>
    public static StreamReader Open(string path, CancellationToken cancellationToken)
    {
        using (FileStream stream = File.OpenRead(path))
        {
            Check(path, stream, cancellationToken);
        }

        return new StreamReader(path, s_strict);
    }

    /// <summary>The first byte that is no part of a UTF-8 character, or null.</summary>
    public static int? FindFault(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return null;
        }

        int place = 0;
        while (Rune.DecodeFromUtf8(bytes[place..], out _, out int length) == OperationStatus.Done)
        {
            place += length;
        }

        return place;
    }

    /// <summary>The error of a byte that is no UTF-8.</summary>
    public static DatasetException Fault(RecordPlace place, byte value, long position) => new(
        place, $"the byte 0x{value:X2} at position {position} is no part of UTF-8 text. Save the file as UTF-8; it may be in an older encoding such as Windows-1252 or GBK.", position);

    /// <summary>Refuses files of another Unicode encoding by the mark they begin with, and empty ones.</summary>
    public static void CheckBeginning(string path, ReadOnlySpan<byte> beginning)
    {
        if (beginning.IsEmpty)
        {
            throw new DatasetException(new RecordPlace(path, 0), "the file is empty.");
        }

        if (beginning is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new DatasetException(new RecordPlace(path, 0), "the file begins at position 0 with the mark of UTF-16. Save it as UTF-8.", 0);
        }
    }

    private static void Check(string path, Stream stream, CancellationToken cancellationToken)
    {
        byte[] block = new byte[BlockSize];
        long before = 0;
        long lines = 0;
        int kept = 0;
        for (int read; (read = stream.ReadAtLeast(block.AsSpan(kept), 1, throwOnEndOfStream: false)) > 0 || kept > 0; cancellationToken.ThrowIfCancellationRequested())
        {
            ReadOnlySpan<byte> bytes = block.AsSpan(0, kept + read);
            if (before == 0)
            {
                CheckBeginning(path, bytes);
            }

            int whole = read == 0 ? bytes.Length : WholeCharacters(bytes);
            if (FindFault(bytes[..whole]) is int fault)
            {
                throw Fault(new RecordPlace(path, lines + bytes[..fault].Count((byte)'\n') + 1), bytes[fault], before + fault);
            }

            lines += bytes[..whole].Count((byte)'\n');
            kept = bytes.Length - whole;
            before += whole;
            bytes[whole..].CopyTo(block);
        }

        if (before == 0)
        {
            CheckBeginning(path, []);
        }
    }

    // A block may end inside a character, which is at most three bytes then.
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte value = bytes[^back];
            if (value >= 0xC0)
            {
                int length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
                return length > back ? bytes.Length - back : bytes.Length;
            }

            if (value < 0x80)
            {
                break;
            }
        }

        return bytes.Length;
    }
}
