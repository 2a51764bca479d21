using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// A sequence's keys and values: a table of pages. A copy shares the pages; who writes into a shared one copies it first. Not thread-safe, but different
/// positions may be written, and any read, at once.
/// </summary>
public sealed unsafe class KeyValueSequence : IDisposable
{
    private readonly KeyValuePool _pool;
    private readonly List<KeyValuePage> _pages;

    /// <summary>Begins an empty sequence.</summary>
    /// <param name="pool">Where its pages come from.</param>
    public KeyValueSequence(KeyValuePool pool)
        : this(pool, [])
    {
    }

    private KeyValueSequence(KeyValuePool pool, List<KeyValuePage> pages)
    {
        _pool = pool;
        _pages = pages;
    }

    /// <summary>Makes positions writable.</summary>
    /// <param name="start">The first; all before it were reserved.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InsufficientMemoryException">The pool has no page left; what was reserved stays.</exception>
    public void Reserve(int start, int count)
    {
        for (int index = start / KeyValueShape.PagePositions; index <= (start + count - 1) / KeyValueShape.PagePositions; index++)
        {
            if (index == _pages.Count)
            {
                _pages.Add(_pool.Rent());
            }
            else
            {
                _pages[index] = _pool.Own(_pages[index]);
            }
        }
    }

    /// <summary>Writes a position.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="position">A reserved one.</param>
    /// <param name="keys"><c>[heads, headSize]</c>.</param>
    /// <param name="values"><c>[heads, headSize]</c>.</param>
    public void Store(int layer, int position, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        KeyValueShape shape = _pool.Shape;
        int slot = position % KeyValueShape.PagePositions;
        byte* head = _pages[position / KeyValueShape.PagePositions].Pointer + ((long)layer * shape.Heads * shape.HeadBytes);
        for (int index = 0; index < shape.Heads; index++, head += shape.HeadBytes)
        {
            ReadOnlySpan<float> key = keys.Slice(index * shape.HeadSize, shape.HeadSize);
            ReadOnlySpan<float> value = values.Slice(index * shape.HeadSize, shape.HeadSize);
            byte* tile = head + (slot / 16 * shape.KeyTileBytes);
            byte* rows = head + (2 * shape.KeyTileBytes);
            switch (shape.Format)
            {
                case KeyValueFormat.F32:
                    Scatter(key, (float*)tile + (slot % 16));
                    value.CopyTo(new Span<float>((float*)rows + (slot * shape.ValueStride), shape.HeadSize));
                    break;
                case KeyValueFormat.F16:
                    StoreHalves(shape, key, value, (Half*)tile + (slot % 16), (Half*)rows + (slot * shape.ValueStride));
                    break;
                default:
                    StoreBytes(shape, key, value, tile, rows, slot);
                    break;
            }
        }
    }

    /// <summary>A second sequence with the same positions; nothing is copied.</summary>
    /// <param name="length">Positions that count.</param>
    public KeyValueSequence Fork(int length)
    {
        List<KeyValuePage> pages = _pages.GetRange(0, Pages(length));
        _pool.Share(pages);
        return new KeyValueSequence(_pool, pages);
    }

    /// <summary>Gives back the pages behind a length.</summary>
    /// <param name="length">Positions to keep.</param>
    public void Truncate(int length)
    {
        for (int index = _pages.Count - 1; index >= Pages(length); index--)
        {
            _pool.Release(_pages[index]);
            _pages.RemoveAt(index);
        }
    }

    /// <summary>Gives all pages back.</summary>
    public void Dispose() => Truncate(0);

    internal byte* Head(int page, int layer, int head) =>
        _pages[page].Pointer + ((((long)layer * _pool.Shape.Heads) + head) * _pool.Shape.HeadBytes);

    private static int Pages(int length) => (length + KeyValueShape.PagePositions - 1) / KeyValueShape.PagePositions;

    private static void Scatter<T>(ReadOnlySpan<T> source, T* target)
        where T : unmanaged
    {
        for (int element = 0; element < source.Length; element++)
        {
            target[16 * element] = source[element];
        }
    }

    private static void StoreHalves(KeyValueShape shape, ReadOnlySpan<float> key, ReadOnlySpan<float> value, Half* tile, Half* row)
    {
        Span<float> bounded = stackalloc float[shape.HeadSize];
        Span<Half> halves = stackalloc Half[shape.HeadSize];
        TensorPrimitives.Clamp(key, -65_504f, 65_504f, bounded);
        TensorPrimitives.ConvertToHalf(bounded, halves);
        Scatter<Half>(halves, tile);
        TensorPrimitives.Clamp(value, -65_504f, 65_504f, bounded);
        TensorPrimitives.ConvertToHalf(bounded, new Span<Half>(row, shape.HeadSize));
    }

    private static void StoreBytes(KeyValueShape shape, ReadOnlySpan<float> key, ReadOnlySpan<float> value, byte* tile, byte* rows, int slot)
    {
        Half* keyScales = (Half*)(tile + (16 * shape.HeadSize)) + (slot % 16);
        Half* valueScales = (Half*)(rows + (KeyValueShape.PagePositions * shape.ValueStride)) + (slot * shape.Blocks);
        for (int block = 0; block < shape.Blocks; block++)
        {
            int start = 32 * block;
            int count = Math.Min(32, shape.HeadSize - start);
            keyScales[16 * block] = Quantize(key.Slice(start, count), (sbyte*)tile + (16 * start) + (slot % 16), 16);
            valueScales[block] = Quantize(value.Slice(start, count), (sbyte*)rows + (slot * shape.ValueStride) + start, 1);
        }
    }

    // The scale is rounded first, so that the bytes fit what will be read; rounding up keeps the largest within 127.
    private static Half Quantize(ReadOnlySpan<float> source, sbyte* target, int step)
    {
        float largest = Math.Min(MathF.Abs(TensorPrimitives.MaxMagnitude(source)), 65_504f * 127);
        Half scale = (Half)(largest / 127);
        if ((float)scale * 127 < largest)
        {
            scale = Half.BitIncrement(scale);
        }

        float reciprocal = (float)scale == 0 ? 0 : 1 / (float)scale;
        for (int index = 0; index < source.Length; index++)
        {
            target[step * index] = (sbyte)Math.Clamp(MathF.Round(source[index] * reciprocal), -127, 127);
        }

        return scale;
    }
}
