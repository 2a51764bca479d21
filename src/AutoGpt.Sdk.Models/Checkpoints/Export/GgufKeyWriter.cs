using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>The keys of a GGUF file in the making, in the order in which they are added.</summary>
internal sealed class GgufKeyWriter
{
    private const uint Int32Kind = 5;
    private const uint SingleKind = 6;
    private const uint TextKind = 8;
    private const uint ArrayKind = 9;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public void Add(string key, uint value)
    {
        Begin(key, 4);
        Write(value);
    }

    public void Add(string key, float value)
    {
        Begin(key, SingleKind);
        Write(BitConverter.SingleToUInt32Bits(value));
    }

    public void Add(string key, bool value)
    {
        Begin(key, 7);
        _bytes.Write([(byte)(value ? 1 : 0)]);
    }

    public void Add(string key, string value)
    {
        Begin(key, TextKind);
        Write(value);
    }

    public void Add(string key, IReadOnlyCollection<int> values)
    {
        BeginArray(key, Int32Kind, values.Count);
        foreach (int value in values)
        {
            Write((uint)value);
        }
    }

    public void Add(string key, IReadOnlyCollection<float> values)
    {
        BeginArray(key, SingleKind, values.Count);
        foreach (float value in values)
        {
            Write(BitConverter.SingleToUInt32Bits(value));
        }
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        BeginArray(key, TextKind, values.Count);
        foreach (string value in values)
        {
            Write(value);
        }
    }

    /// <summary>Adds a value as <see cref="GgufMetadata"/> has it: whole numbers in 32 bits, others in single precision.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public void Add(string key, object value)
    {
        switch (value)
        {
            case string text: Add(key, text); break;
            case bool flag: Add(key, flag); break;
            case long number: Add(key, checked((uint)number)); break;
            case string[] texts: Add(key, texts); break;
            case long[] numbers: Add(key, Array.ConvertAll(numbers, number => checked((int)number))); break;
            case double[] numbers: Add(key, Array.ConvertAll(numbers, number => (float)number)); break;
            default: throw new ArgumentException($"'{key}' is of a kind that is not written: {value.GetType().Name}.", nameof(value));
        }
    }

    /// <summary>Adds a value as another file has it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its kind and its bytes.</param>
    public void Copy(string key, ReadOnlySpan<byte> value)
    {
        Count++;
        Write(key);
        _bytes.Write(value);
    }

    private void Begin(string key, uint kind)
    {
        Count++;
        Write(key);
        Write(kind);
    }

    private void BeginArray(string key, uint kind, int count)
    {
        Begin(key, ArrayKind);
        Write(kind);
        Write((ulong)count);
    }

    private void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    private void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    private void Write(string text)
    {
        Write((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _bytes);
    }
}
