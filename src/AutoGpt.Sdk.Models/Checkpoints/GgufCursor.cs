using System.Buffers.Binary;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Reads the header of a GGUF file from front to back. A length or a count is held against the bytes that are left before anything is made by it, and
/// what all of them make together has an upper bound.
/// </summary>
/// <param name="file">What errors name.</param>
/// <param name="bytes">The file, or its first <see cref="MaximumBytes"/>.</param>
internal ref struct GgufCursor(string file, ReadOnlySpan<byte> bytes)
{
    /// <summary>A header beyond this is refused. That of a model with a vocabulary of 260,000 has some 16 MiB.</summary>
    public const int MaximumBytes = 256 << 20;

    private const int MaximumElements = 1 << 23;
    private const int MaximumName = 0xFFFF;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _elements;

    public int Position { get; private set; }

    private readonly int Left => _bytes.Length - Position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw Broken($"its header ends at byte {_bytes.Length} in the middle of a value at byte {Position}");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A count of things that take at least so many bytes each.</summary>
    public int Count(int smallest, int limit, string what)
    {
        ulong count = UInt64();
        return count <= (ulong)(Left / smallest) && count <= (ulong)limit
            ? (int)count
            : throw Broken($"it is said to have {count} {what}, which its {Left} further bytes cannot hold or are more than the {limit} allowed");
    }

    public string Name(string what)
    {
        int start = Position;
        string name = Text();
        return name.Length is > 0 and <= MaximumName && name.All(c => !char.IsControl(c))
            ? name
            : throw Broken($"the {what} at byte {start} is empty, longer than {MaximumName} or has control characters");
    }

    public string Text()
    {
        int start = Position;
        int length = Count(1, int.MaxValue, "bytes in a string");
        try
        {
            return s_utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException exception)
        {
            throw Broken($"the string at byte {start} is not UTF-8", exception);
        }
    }

    /// <summary>A value of a kind: bool, long (ulong where it does not fit), double, string, or an array of one of these.</summary>
    public object Value(string key) => UInt32() switch
    {
        ArrayKind => Array(key),
        var kind => Scalar(kind, key),
    };

    private const uint ArrayKind = 9;

    private object Scalar(uint kind, string key) => kind switch
    {
        0 => (long)Take(1)[0],
        1 => (long)(sbyte)Take(1)[0],
        2 => (long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
        3 => (long)BinaryPrimitives.ReadInt16LittleEndian(Take(2)),
        4 => (long)UInt32(),
        5 => (long)(int)UInt32(),
        6 => (double)BitConverter.UInt32BitsToSingle(UInt32()),
        7 => Flag(key),
        8 => Text(),
        10 => UInt64() is var value && value <= long.MaxValue ? (long)value : (object)value,
        11 => (long)UInt64(),
        12 => BitConverter.UInt64BitsToDouble(UInt64()),
        _ => throw Broken($"the value of '{key}' is of kind {kind}, which the format does not have"),
    };

    private object Array(string key)
    {
        uint kind = UInt32();
        int smallest = kind switch
        {
            0 or 1 or 7 => 1,
            2 or 3 => 2,
            4 or 5 or 6 => 4,
            8 or 10 or 11 or 12 => 8,
            ArrayKind => throw Broken($"'{key}' is an array of arrays, which no reader takes"),
            _ => throw Broken($"'{key}' is an array of kind {kind}, which the format does not have"),
        };
        int count = Count(smallest, MaximumElements - _elements, $"elements in '{key}'");
        _elements += count;
        switch (kind)
        {
            case 6 or 12:
                return Elements<double>(count, kind, key);
            case 7:
                return Elements<bool>(count, kind, key);
            case 8:
                return Elements<string>(count, kind, key);
            default:
                long[] numbers = new long[count];
                for (int i = 0; i < count; i++)
                {
                    numbers[i] = Scalar(kind, key) is long number ? number : throw Broken($"'{key}' holds a number of 2^63 or more");
                }

                return numbers;
        }
    }

    private T[] Elements<T>(int count, uint kind, string key)
    {
        var elements = new T[count];
        for (int i = 0; i < count; i++)
        {
            elements[i] = (T)Scalar(kind, key);
        }

        return elements;
    }

    private bool Flag(string key) => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        var other => throw Broken($"'{key}' is true or false and has the byte {other}"),
    };

    public readonly CheckpointException Broken(string problem, Exception? cause = null) =>
        new(file, problem + ". The file is damaged: download or convert it again.", cause);
}
