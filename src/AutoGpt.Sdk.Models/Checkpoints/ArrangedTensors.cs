using System.Buffers;
using System.Runtime.InteropServices;

namespace AutoGpt.Sdk.Models;

/// <summary>Where a tensor of <see cref="TensorNames"/> lies in a file that has other names or another order.</summary>
/// <param name="Source">The file's name of it.</param>
internal sealed record TensorPart(string Source)
{
    /// <summary>Whether the file has <c>[in, out]</c>.</summary>
    public bool Transposed { get; init; }

    /// <summary>The first row of several tensors fused into one.</summary>
    public int FirstRow { get; init; }

    /// <summary>How many rows; null for all.</summary>
    public int? Rows { get; init; }

    /// <summary>
    /// Heads whose rows 2i and 2i + 1 are the pair that is rotated together, where this library has it in rows i and i + headSize/2. Default 0: none.
    /// </summary>
    public int InterleavedHeads { get; init; }
}

/// <summary>
/// Tensors under the names and in the layout of <see cref="TensorNames"/>. What is only renamed or cut is the file's own memory; rows that move are copied
/// when their bytes are first asked for. Tensors that have no place keep their names, so that they are found out.
/// </summary>
internal sealed class ArrangedTensors : ITensorSource
{
    private readonly ITensorSource _source;
    private readonly Dictionary<string, TensorPart> _parts = new(StringComparer.Ordinal);
    private readonly List<string> _names;

    /// <param name="source">Owned: disposed with this.</param>
    /// <param name="parts">By this library's names; those whose source is absent are left out.</param>
    /// <param name="isUnneeded">Which tensors of the file follow from its configuration or are read elsewhere.</param>
    public ArrangedTensors(ITensorSource source, IEnumerable<KeyValuePair<string, TensorPart>> parts, Predicate<string> isUnneeded)
    {
        _source = source;
        var left = new HashSet<string>(source.Names, StringComparer.Ordinal);
        foreach ((string name, TensorPart part) in parts)
        {
            if (left.Contains(part.Source))
            {
                _parts.Add(name, part);
            }
        }

        left.ExceptWith(_parts.Values.Select(part => part.Source));
        _names = [.. _parts.Keys, .. left.Where(name => !isUnneeded(name) && !_parts.ContainsKey(name)).Order(StringComparer.Ordinal)];
    }

    public IReadOnlyCollection<string> Names => _names;

    public bool TryGet(string name, out TensorView tensor)
    {
        if (!_parts.TryGetValue(name, out TensorPart? part))
        {
            return _source.TryGet(name, out tensor);
        }

        bool found = _source.TryGet(part.Source, out TensorView whole);
        tensor = found ? Arrange(name, whole, part) : default;
        return found;
    }

    public void Dispose() => _source.Dispose();

    private static TensorView Arrange(string name, TensorView whole, TensorPart part)
    {
        if (part.Transposed)
        {
            whole = Transpose(whole);
        }

        int[] shape = [.. whole.Shape];
        int rows = part.Rows ?? (shape.Length > 0 ? shape[0] : 1);
        if (shape.Length == 0 || rows > shape[0] - part.FirstRow || (shape.Length == 1 && whole.Type.IsQuantized()))
        {
            throw Unfit(whole, $"of which rows {part.FirstRow} to {part.FirstRow + rows} are wanted");
        }

        int rowBytes = shape[0] == 0 ? 0 : whole.Data.Length / shape[0];
        shape[0] = rows;
        ReadOnlyMemory<byte> data = whole.Data.Slice(part.FirstRow * rowBytes, rows * rowBytes);
        if (part.InterleavedHeads > 0)
        {
            if (rows % (2 * part.InterleavedHeads) != 0)
            {
                throw Unfit(whole, $"whose {rows} rows are not {part.InterleavedHeads} heads of pairs");
            }

            ReadOnlyMemory<byte> file = data;
            data = new LazyBytes(data.Length, () => Pair(file.Span, rowBytes, rows / part.InterleavedHeads)).Memory;
        }

        return new TensorView(name, whole.Type, Array.AsReadOnly(shape), data);
    }

    // Rows 2i and 2i + 1 of a head go to i and i + size/2. Rows are whole blocks, so quantised ones move as they are.
    private static byte[] Pair(ReadOnlySpan<byte> rows, int rowBytes, int headSize)
    {
        byte[] paired = new byte[rows.Length];
        int half = headSize / 2;
        for (int start = 0; start < paired.Length; start += headSize * rowBytes)
        {
            for (int row = 0; row < headSize; row++)
            {
                int from = row < half ? 2 * row : (2 * (row - half)) + 1;
                rows.Slice(start + (from * rowBytes), rowBytes).CopyTo(paired.AsSpan(start + (row * rowBytes)));
            }
        }

        return paired;
    }

    private static TensorView Transpose(TensorView tensor)
    {
        if (tensor.Shape.Count != 2 || tensor.Type.IsQuantized())
        {
            throw Unfit(tensor, "where a matrix of plain numbers is wanted");
        }

        (int rows, int columns, int size) = (tensor.Shape[0], tensor.Shape[1], tensor.Type.BlockBytes());
        ReadOnlyMemory<byte> file = tensor.Data;
        return tensor with
        {
            Shape = [columns, rows],
            Data = new LazyBytes(file.Length, () =>
            {
                byte[] turned = new byte[file.Length];
                if (size == 4)
                {
                    Transpose(MemoryMarshal.Cast<byte, uint>(file.Span), MemoryMarshal.Cast<byte, uint>(turned.AsSpan()), rows, columns);
                }
                else
                {
                    Transpose(MemoryMarshal.Cast<byte, ushort>(file.Span), MemoryMarshal.Cast<byte, ushort>(turned.AsSpan()), rows, columns);
                }

                return turned;
            }).Memory,
        };
    }

    private static void Transpose<T>(ReadOnlySpan<T> source, Span<T> turned, int rows, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            Span<T> line = turned.Slice(column * rows, rows);
            for (int row = 0; row < line.Length; row++)
            {
                line[row] = source[(row * columns) + column];
            }
        }
    }

    private static CheckpointException Unfit(TensorView tensor, string problem) =>
        new("the weights", $"tensor '{tensor.Name}' is {tensor.Type}[{string.Join(", ", tensor.Shape)}], {problem}.");

    /// <summary>Bytes that are made when they are first looked at: a model is checked by its shapes without copying it.</summary>
    private sealed class LazyBytes(int length, Func<byte[]> make) : MemoryManager<byte>
    {
        private readonly Lazy<byte[]> _bytes = new(make);

        public override Memory<byte> Memory => CreateMemory(length);

        public override Span<byte> GetSpan() => _bytes.Value;

        public override MemoryHandle Pin(int elementIndex = 0) => _bytes.Value.AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
            // The handles that Pin gives out unpin the array themselves.
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
