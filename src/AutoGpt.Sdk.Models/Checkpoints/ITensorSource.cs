namespace AutoGpt.Sdk.Models;

/// <summary>
/// Named tensors: a memory-mapped file, or memory. Thread-safe. Disposing it ends the validity of the data it gave out.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The names, in the order of the file.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Looks a tensor up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, when there is one.</param>
    bool TryGet(string name, out TensorView tensor);
}

/// <summary>A tensor's bytes where they lie, little-endian, row-major.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes, outermost first.</param>
/// <param name="Data">The bytes, valid as long as their source.</param>
public readonly record struct TensorView(string Name, TensorType Type, IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>Element types of checkpoint files that the decoder and the trainer read.</summary>
public enum TensorType
{
    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a single.</summary>
    BF16,
}
