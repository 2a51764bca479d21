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
/// when their bytes are first asked for.
/// </summary>
internal sealed class ArrangedTensors : ITensorSource
{
    private const int Listed = 5;

    private readonly ITensorSource _source;
    private readonly Dictionary<string, TensorPart> _parts = new(StringComparer.Ordinal);

    /// <param name="file">What errors name.</param>
    /// <param name="source">Owned, unless this throws: disposed with this.</param>
    /// <param name="parts">By this library's names; those whose source is absent are left out.</param>
    /// <param name="isUnneeded">Which tensors of the file follow from its configuration or are read elsewhere.</param>
    /// <exception cref="CheckpointException">A tensor of the file has no place.</exception>
    public ArrangedTensors(string file, ITensorSource source, IEnumerable<KeyValuePair<string, TensorPart>> parts, Predicate<string> isUnneeded)
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
        string[] strays = [.. left.Where(name => !isUnneeded(name)).Order(StringComparer.Ordinal)];
        if (strays.Length > 0)
        {
            throw new CheckpointException(
                file, $"{string.Join("; ", strays.Take(Listed).Select(name => $"'{name}' has no place in this network"))}{(strays.Length > Listed ? "; and more" : "")}.");
        }
    }

    public IReadOnlyCollection<string> Names => _parts.Keys;

    public bool TryGet(string name, out TensorView tensor)
    {
        TensorView whole = default;
        bool found = _parts.TryGetValue(name, out TensorPart? part) && _source.TryGet(part.Source, out whole);
        tensor = found ? Arrange(name, whole, part!) : default;
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
            data = new LazyBytes(data.Length, () => HeadRows.Pair(file.Span, rowBytes, rows / part.InterleavedHeads)).Memory;
        }

        return new TensorView(name, whole.Type, Array.AsReadOnly(shape), data);
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
}
