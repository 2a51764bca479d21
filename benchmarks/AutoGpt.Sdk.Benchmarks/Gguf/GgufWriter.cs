using System.Text;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>Writes version 3 of GGUF (github.com/ggml-org/ggml, docs/gguf.md): metadata, a directory of tensors, their data at multiples of 32 bytes.</summary>
internal sealed class GgufWriter : IDisposable
{
    private const int Alignment = 32;

    private readonly MemoryStream _metadata = new();
    private readonly List<(GgufTensor Tensor, GgufEncoding Encoding)> _tensors = [];
    private readonly BinaryWriter _values;
    private long _count;

    public GgufWriter() => _values = new BinaryWriter(_metadata, Encoding.UTF8);

    public void Add(string key, uint value) => Entry(key, 4).Write(value);

    public void Add(string key, float value) => Entry(key, 6).Write(value);

    public void Add(string key, bool value) => Entry(key, 7).Write(value);

    public void Add(string key, string value) => Write(Entry(key, 8), value);

    public void Add(string key, IReadOnlyCollection<int> values)
    {
        Array(key, 5, values.Count);
        foreach (int value in values)
        {
            _values.Write(value);
        }
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        Array(key, 8, values.Count);
        foreach (string value in values)
        {
            Write(_values, value);
        }
    }

    public void Add(GgufTensor tensor, GgufEncoding encoding) => _tensors.Add((tensor, encoding));

    /// <summary>Writes the file, as a whole or not at all.</summary>
    /// <param name="path">Where.</param>
    public void Save(string path)
    {
        string unfinished = path + ".new";
        using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        using (BinaryWriter writer = new(file))
        {
            writer.Write("GGUF"u8);
            writer.Write(3);
            writer.Write((long)_tensors.Count);
            writer.Write(_count);
            writer.Write(_metadata.ToArray());
            long offset = 0;
            foreach ((GgufTensor tensor, GgufEncoding encoding) in _tensors)
            {
                Write(writer, tensor.Name);
                writer.Write(tensor.Shape.Length);
                foreach (int size in tensor.Shape.Reverse())
                {
                    writer.Write((long)size);
                }

                writer.Write(encoding.TypeId);
                writer.Write(offset);
                offset += Padded(encoding.Size(tensor.Count));
            }

            Pad(writer);
            foreach ((GgufTensor tensor, GgufEncoding encoding) in _tensors)
            {
                RandomWeights.Write(tensor, encoding, writer);
                Pad(writer);
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }

    public void Dispose() => _values.Dispose();

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        writer.Write(new byte[Padded(writer.BaseStream.Position) - writer.BaseStream.Position]);
    }

    private static void Write(BinaryWriter writer, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    private BinaryWriter Entry(string key, int type)
    {
        _count++;
        Write(_values, key);
        _values.Write(type);
        return _values;
    }

    private void Array(string key, int type, int count)
    {
        Entry(key, 9).Write(type);
        _values.Write((long)count);
    }
}
