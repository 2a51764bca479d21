using System.Text;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Shared.Tests;

/// <summary>Writes GGUF files from the specification, apart from the library's own reader.</summary>
internal sealed class GgufBuilder
{
    private static readonly Dictionary<TensorType, uint> s_numbers = new()
    {
        [TensorType.F32] = 0, [TensorType.F16] = 1, [TensorType.Q4_0] = 2, [TensorType.Q5_0] = 6, [TensorType.Q8_0] = 8, [TensorType.Q4_K] = 12,
        [TensorType.Q6_K] = 14, [TensorType.BF16] = 30,
    };

    private readonly List<byte[]> _keys = [];
    private readonly List<(string Name, ulong[] Innermost, uint Type, byte[] Data)> _tensors = [];

    public uint Version { get; init; } = 3;

    public int Alignment { get; init; } = 32;

    public GgufBuilder Key(string name, object value)
    {
        _keys.Add(Bytes(writer =>
        {
            Text(writer, name);
            (uint kind, Action write) = value switch
            {
                byte number => (0u, () => writer.Write(number)),
                sbyte number => (1u, () => writer.Write(number)),
                ushort number => (2u, () => writer.Write(number)),
                short number => (3u, () => writer.Write(number)),
                uint number => (4u, () => writer.Write(number)),
                int number => (5u, () => writer.Write(number)),
                float number => (6u, () => writer.Write(number)),
                bool flag => (7u, () => writer.Write(flag)),
                string text => (8u, () => Text(writer, text)),
                string[] texts => (9u, () => Array(writer, 8, texts, text => Text(writer, text))),
                int[] numbers => (9u, () => Array(writer, 5, numbers, writer.Write)),
                ulong[] numbers => (9u, () => Array(writer, 10, numbers, writer.Write)),
                float[] numbers => (9u, () => Array(writer, 6, numbers, writer.Write)),
                bool[] flags => (9u, () => Array(writer, 7, flags, writer.Write)),
                ulong number => (10u, () => writer.Write(number)),
                long number => (11u, () => writer.Write(number)),
                double number => (12u, (Action)(() => writer.Write(number))),
                _ => throw new ArgumentException($"no kind for {value.GetType()}"),
            };
            writer.Write(kind);
            write();
        }));
        return this;
    }

    /// <summary>A key with a kind and bytes of one's own.</summary>
    public GgufBuilder Raw(string name, uint kind, params byte[] value)
    {
        _keys.Add(Bytes(writer =>
        {
            Text(writer, name);
            writer.Write(kind);
            writer.Write(value);
        }));
        return this;
    }

    public GgufBuilder Tensor(TensorView tensor, string? name = null) =>
        Tensor(name ?? tensor.Name, [.. tensor.Shape.Reverse().Select(size => (ulong)size)], s_numbers[tensor.Type], tensor.Data.ToArray());

    public GgufBuilder Tensor(string name, ulong[] innermost, uint type, byte[] data)
    {
        _tensors.Add((name, innermost, type, data));
        return this;
    }

    /// <param name="place">Where a tensor is said to lie, given its number and where it does lie. Default: there.</param>
    public byte[] Build(Func<int, ulong, ulong>? place = null) => Bytes(writer =>
    {
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_keys.Count);
        _keys.ForEach(writer.Write);
        ulong offset = 0;
        for (int i = 0; i < _tensors.Count; i++)
        {
            (string name, ulong[] innermost, uint type, byte[] data) = _tensors[i];
            Text(writer, name);
            writer.Write((uint)innermost.Length);
            System.Array.ForEach(innermost, writer.Write);
            writer.Write(type);
            writer.Write(place?.Invoke(i, offset) ?? offset);
            offset += Padded((ulong)data.Length);
        }

        writer.Write(new byte[Padded((ulong)writer.BaseStream.Position) - (ulong)writer.BaseStream.Position]);
        foreach ((_, _, _, byte[] data) in _tensors)
        {
            writer.Write(data);
            writer.Write(new byte[Padded((ulong)data.Length) - (ulong)data.Length]);
        }
    });

    private ulong Padded(ulong length) => (length + (ulong)Alignment - 1) / (ulong)Alignment * (ulong)Alignment;

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Array<T>(BinaryWriter writer, uint kind, T[] values, Action<T> write)
    {
        writer.Write(kind);
        writer.Write((ulong)values.Length);
        System.Array.ForEach(values, write);
    }
}
