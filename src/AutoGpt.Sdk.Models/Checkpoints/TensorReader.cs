using System.Numerics;
using System.Runtime.InteropServices;
using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>Reads the elements of tensors as single-precision numbers.</summary>
public static class TensorReader
{
    /// <summary>A tensor that a model cannot do without, as numbers, row-major.</summary>
    /// <param name="tensors">Where it lies.</param>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape the configuration wants.</param>
    /// <exception cref="CheckpointException">There is no such tensor, it has another shape, or an element is infinite or no number.</exception>
    internal static float[] ReadSingles(this ITensorSource tensors, string name, ReadOnlySpan<int> shape)
    {
        TensorView tensor = tensors.Find(name, shape);
        float[] values = new float[checked((int)tensor.Count)];
        TensorReader.ReadSingles(tensor, values);
        return values;
    }

    /// <summary>A tensor that a model cannot do without, as it is stored.</summary>
    /// <param name="tensors">Where it lies.</param>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape the configuration wants.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or it has another shape.</exception>
    internal static TensorView Find(this ITensorSource tensors, string name, ReadOnlySpan<int> shape)
    {
        if (!tensors.TryGet(name, out TensorView tensor))
        {
            throw new CheckpointException("the weights", $"there is no tensor '{name}'");
        }

        if (!tensor.Shape.SequenceEqual(shape.ToArray()))
        {
            throw new CheckpointException(
                "the weights", $"'{name}' has the shape [{string.Join(", ", tensor.Shape)}] where the configuration wants [{string.Join(", ", shape.ToArray())}]");
        }

        return tensor;
    }

    /// <summary>The kernels' name of an element type.</summary>
    /// <param name="type">The element type.</param>
    internal static WeightFormat Format(this TensorType type) => type switch
    {
        TensorType.F32 => WeightFormat.F32,
        TensorType.F16 => WeightFormat.F16,
        TensorType.BF16 => WeightFormat.BF16,
        TensorType.Q8_0 => WeightFormat.Q8_0,
        TensorType.Q4_0 => WeightFormat.Q4_0,
        TensorType.Q5_0 => WeightFormat.Q5_0,
        TensorType.Q4_K => WeightFormat.Q4_K,
        TensorType.Q6_K => WeightFormat.Q6_K,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    /// <summary>Converts a tensor's elements, exactly; the quantised types to the nearest single-precision number of what their blocks stand for.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="destination">Receives <see cref="TensorView.Count"/> numbers, row-major.</param>
    /// <param name="requireFinite">Whether infinities and NaNs are an error, as they are in weights. Default true.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="CheckpointException">An element is infinite or no number, or the data do not have the size of the shape.</exception>
    public static void ReadSingles(in TensorView tensor, Span<float> destination, bool requireFinite = true)
    {
        if (tensor.Count != destination.Length)
        {
            throw new ArgumentException($"Tensor '{tensor.Name}' has {tensor.Count} elements; the destination has {destination.Length}.", nameof(destination));
        }

        ReadOnlySpan<byte> bytes = tensor.Data.Span;
        if (!tensor.HasItsBytes())
        {
            throw new CheckpointException($"tensor '{tensor.Name}'", $"it has {bytes.Length} bytes for {tensor.Type}[{string.Join(", ", tensor.Shape)}].");
        }

        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Checkpoints are little-endian; this processor is not.");
        }

        WeightBlocks.Decode(tensor.Type.Format(), bytes, destination);
        if (requireFinite)
        {
            RequireFinite(tensor.Name, destination);
        }
    }

    /// <summary>Throws when a weight is infinite or no number.</summary>
    /// <param name="name">The tensor's name, for the message.</param>
    /// <param name="values">The weights.</param>
    /// <exception cref="CheckpointException">An element is infinite or no number; the message says which.</exception>
    public static void RequireFinite(string name, ReadOnlySpan<float> values)
    {
        int index = IndexOfNonFinite(values);
        if (index >= 0)
        {
            throw new CheckpointException(
                $"tensor '{name}'", $"element {index} is {values[index].ToString(System.Globalization.CultureInfo.InvariantCulture)}. Its training diverged or the file is damaged; use another checkpoint.");
        }
    }

    /// <summary>Throws when a weight, or a factor of a block of weights, is infinite or no number; the tensor is looked at as it is stored.</summary>
    /// <param name="tensor">The weights.</param>
    /// <exception cref="CheckpointException">There is such a one; the message says which.</exception>
    internal static void RequireFinite(in TensorView tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Data.Span;
        if (tensor.Type == TensorType.F32)
        {
            RequireFinite(tensor.Name, MemoryMarshal.Cast<byte, float>(bytes));
            return;
        }

        if (IndexOfNonFiniteBlock(tensor.Type, bytes) is >= 0 and var block)
        {
            throw new CheckpointException(
                $"tensor '{tensor.Name}'", $"{(tensor.Type.IsQuantized() ? "a factor of block" : "element")} {block} is infinite or no number. Its training diverged or the file is damaged; use another checkpoint.");
        }
    }

    /// <summary>The first block with a factor that is infinite or no number, or of a type of halves the first such element; −1 where there is none.</summary>
    /// <param name="type">Any type but singles.</param>
    /// <param name="blocks">The blocks.</param>
    internal static int IndexOfNonFiniteBlock(TensorType type, ReadOnlySpan<byte> blocks)
    {
        ushort exponent = type == TensorType.BF16 ? (ushort)0x7f80 : (ushort)0x7c00;
        int stride = type.BlockBytes();
        foreach (int offset in type switch { TensorType.Q4_K => [0, 2], TensorType.Q6_K => [208], _ => new[] { 0 } })
        {
            for (int start = offset; start < blocks.Length; start += stride)
            {
                if ((MemoryMarshal.Read<ushort>(blocks[start..]) & exponent) == exponent)
                {
                    return start / stride;
                }
            }
        }

        return -1;
    }

    // Infinities and NaNs are the numbers whose exponent bits are all set.
    private static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        const uint Exponent = 0x7F80_0000;
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        var exponent = new Vector<uint>(Exponent);
        int i = 0;
        for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            if (Vector.EqualsAny(new Vector<uint>(bits[i..]) & exponent, exponent))
            {
                break;
            }
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Exponent) == Exponent)
            {
                return i;
            }
        }

        return -1;
    }
}
